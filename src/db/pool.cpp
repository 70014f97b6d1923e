#include "db/pool.hpp"

namespace berth::db {

Pool::Pool(std::filesystem::path file, ConnectionOptions options, std::size_t kept)
    : file_(std::move(file)), options_(options), kept_(kept) {
    // give_back() runs in destructors and must not allocate.
    idle_.with([&](auto& idle) { idle.reserve(kept_); });
}

Pool::Lease Pool::lease() {
    std::unique_ptr<Connection> connection =
        idle_.with([](auto& idle) -> std::unique_ptr<Connection> {
            if (idle.empty()) return nullptr;
            auto last = std::move(idle.back());
            idle.pop_back();
            return last;
        });
    if (!connection) connection = std::make_unique<Connection>(file_, options_);
    return Lease(*this, std::move(connection));
}

void Pool::close_idle() {
    std::vector<std::unique_ptr<Connection>> closing;
    closing.reserve(kept_);
    idle_.with([&](auto& idle) { idle.swap(closing); });
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
    idle_.with([&](auto& idle) {
        if (idle.size() < kept_) idle.push_back(std::move(connection));
    });
}

Pool::Lease::~Lease() {
    if (connection_) pool_->give_back(std::move(connection_));
}

} // namespace berth::db
