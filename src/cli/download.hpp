// Download: blobs on their way into the store, several at once, in the order they are needed.
#pragma once

#include "oci/descriptor.hpp"
#include "registry/progress.hpp"
#include "registry/repository.hpp"
#include "store/store.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace berth::cli {

/// "layer 5d0da3dc9764", "config …", "blob …".
std::string item_name(const oci::Descriptor& blob);

class Download {
public:
    /// Starts at once with `threads` threads. All references must outlive this.
    Download(store::Store& store, registry::Repository& from, std::vector<oci::Descriptor> blobs,
             std::size_t threads, registry::Progress& progress, std::stop_token stop);
    /// Stops what still runs and waits for it; unfinished blobs stay resumable in the store.
    ~Download();
    Download(const Download&) = delete;
    Download& operator=(const Download&) = delete;

    /// Returns when the blob is committed. Throws the first error of any of them, since no work
    /// with a part of them is worth doing. Any thread. REQUIRES: digest is one of the blobs'.
    void wait(const oci::Digest& digest);
    void wait_for_all();

private:
    enum class State { waiting, running, done };
    struct Item {
        oci::Descriptor blob;
        State state = State::waiting;
    };
    void work();
    Item* take();
    void fetch(const oci::Descriptor& blob);
    void fail(std::exception_ptr error);

    store::Store& store_;
    registry::Repository& from_;
    registry::Progress& progress_;
    std::stop_source stop_;
    std::stop_callback<std::function<void()>> forward_;
    std::mutex mutex_; ///< guards items_ and error_
    std::condition_variable changed_;
    std::vector<Item> items_; ///< fixed in number
    std::exception_ptr error_;
    std::vector<std::jthread> threads_; ///< last: they use all of the above
};

} // namespace berth::cli
