#include "cli/download.hpp"

#include "oci/media_type.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {

std::string item_name(const oci::Descriptor& blob) {
    const auto* kind = oci::media_type::is_layer(blob.media_type)          ? "layer"
                       : oci::media_type::is_image_config(blob.media_type) ? "config"
                                                                           : "blob";
    return fmt::format("{} {}", kind, blob.digest.short_hex());
}

Download::Download(store::Store& store, registry::Repository& from,
                   std::vector<oci::Descriptor> blobs, std::size_t threads,
                   registry::Progress& progress, std::stop_token stop)
    : store_(store),
      from_(from),
      progress_(progress),
      forward_(std::move(stop), [this] { stop_.request_stop(); }) {
    std::uint64_t bytes = 0;
    for (auto& blob : blobs) {
        const bool known = std::any_of(items_.begin(), items_.end(), [&](const Item& item) {
            return item.blob.digest == blob.digest;
        });
        if (known) continue;
        bytes += blob.size;
        items_.push_back({std::move(blob)});
    }
    progress_.expect(items_.size(), bytes);
    const auto count = std::min(threads, items_.size());
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

Download::~Download() {
    stop_.request_stop();
    threads_.clear();
}

Download::Item* Download::take() {
    const std::lock_guard lock(mutex_);
    if (error_ || stop_.stop_requested()) return nullptr;
    for (auto& item : items_) {
        if (item.state != State::waiting) continue;
        item.state = State::running;
        return &item;
    }
    return nullptr;
}

void Download::work() {
    try {
        while (auto* item = take()) {
            fetch(item->blob);
            const std::lock_guard lock(mutex_);
            item->state = State::done;
            changed_.notify_all();
        }
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
    } catch (...) {
        fail(std::current_exception());
    }
}

void Download::fetch(const oci::Descriptor& blob) {
    const auto name = item_name(blob);
    progress_.started(name, blob.size);
    try {
        const auto outcome = store_.fetch_blob(
            blob, from_, [&](std::uint64_t bytes) { progress_.moved(name, bytes); },
            stop_.get_token());
        progress_.finished(name, outcome);
    } catch (Error& error) {
        if (error.code() != ErrorCode::cancelled) error.add_context(name);
        throw;
    }
}

void Download::fail(std::exception_ptr error) {
    {
        const std::lock_guard lock(mutex_);
        // those that are stopped because of the first failure come after it
        if (!error_) error_ = std::move(error);
    }
    changed_.notify_all();
    stop_.request_stop();
}

void Download::wait(const oci::Digest& digest) {
    std::unique_lock lock(mutex_);
    const auto item = std::find_if(items_.begin(), items_.end(),
                                   [&](const Item& each) { return each.blob.digest == digest; });
    if (item == items_.end()) throw Error(ErrorCode::internal, "waiting for what is not fetched");
    changed_.wait(lock, [&] { return error_ || item->state == State::done; });
    if (item->state != State::done) std::rethrow_exception(error_);
}

void Download::wait_for_all() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
        return error_ || std::all_of(items_.begin(), items_.end(),
                                     [](const Item& item) { return item.state == State::done; });
    });
    if (error_) std::rethrow_exception(error_);
}

} // namespace berth::cli
