#include "net/address_share.hpp"

namespace berth::net {

bool AddressShare::Turn::take(const std::string& key) {
    return share_.addresses_.with([&](Addresses& all) {
        if (state_ == State::none) enter(all, key);
        if (state_ == State::called) state_ = State::served;
        return state_ == State::served;
    });
}

void AddressShare::Turn::enter(Addresses& all, const std::string& key) {
    address_ = &*all.try_emplace(key).first;
    Address& address = address_->second;
    if (address.served < share_.most_) {
        ++address.served;
        state_ = State::served;
        return;
    }
    place_ = address.line.insert(address.line.end(), this);
    share_.waiting_.fetch_add(1, std::memory_order_relaxed);
    state_ = State::in_line;
}

void AddressShare::Turn::give_back() noexcept {
    const int next = share_.addresses_.with([&](Addresses& all) {
        const Turn* called = leave(all);
        return called == nullptr ? -1 : called->fd_;
    });
    if (next >= 0) share_.call_(next);
}

/// Whose turn it is now, if it is anybody's.
AddressShare::Turn* AddressShare::Turn::leave(Addresses& all) noexcept {
    const State was = state_.exchange(State::none);
    if (was == State::none) return nullptr;
    Address& address = address_->second;
    if (was == State::in_line) {
        share_.waiting_.fetch_sub(1, std::memory_order_relaxed);
        address.line.erase(place_);
        return nullptr;
    }
    if (address.line.empty()) {
        if (--address.served == 0) all.erase(all.find(address_->first));
        return nullptr;
    }
    Turn* next = address.line.front();
    address.line.pop_front();
    share_.waiting_.fetch_sub(1, std::memory_order_relaxed);
    next->state_ = State::called;
    return next;
}

} // namespace berth::net
