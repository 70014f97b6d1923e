// Background: work that is done again and again while the server runs.
#pragma once

#include "app/observers.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <functional>
#include <list>
#include <stop_token>
#include <string>
#include <thread>

namespace berth::app {

/// Each work has a thread of its own. What it throws is logged and counted, and it is tried again
/// at its next time. One thread.
class Background {
public:
    using Work = std::function<void(std::stop_token)>;

    Background(Observers observers, Clock& clock);
    /// Asks all work to stop and waits for it.
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// Runs `work` at once, and `every` after its end again. `name`: one word.
    void add(std::string name, std::chrono::milliseconds every, Work work);

private:
    struct Task {
        std::string name;
        std::chrono::milliseconds every;
        Work work;
        std::jthread thread = {}; // last: it stops before what it works with goes
    };
    void run(const Task& task, std::stop_token stop);
    void run_once(const Task& task, const std::stop_token& stop);

    Observers observers_;
    Clock& clock_;
    observe::Family<observe::Counter>& runs_;
    observe::Family<observe::Counter>& failures_;
    std::list<Task> tasks_;
};

} // namespace berth::app
