#include "app/background.hpp"

#include "base/error.hpp"

namespace berth::app {

Background::Background(Observers observers, Clock& clock)
    : observers_(observers),
      clock_(clock),
      runs_(observers.metrics.counters("berth_background_runs_total",
                                       "Background work that ended, well or not.", {"work"})),
      failures_(observers.metrics.counters("berth_background_failures_total",
                                           "Background work that failed; the log says why.",
                                           {"work"})) {}

Background::~Background() {
    for (auto& task : tasks_) task.thread.request_stop();
}

void Background::add(std::string name, std::chrono::milliseconds every, Work work) {
    failures_.of({name}); // a series that is there from the start can be alerted on
    auto& task = tasks_.emplace_back(Task{std::move(name), every, std::move(work)});
    task.thread = std::jthread([this, &task](std::stop_token stop) { run(task, std::move(stop)); });
}

void Background::run(const Task& task, std::stop_token stop) {
    do {
        run_once(task, stop);
    } while (clock_.sleep(task.every, stop));
}

void Background::run_once(const Task& task, const std::stop_token& stop) {
    std::string failure;
    std::string hint;
    try {
        task.work(stop);
    } catch (const Error& error) {
        failure = error.what();
        hint = error.hint();
    } catch (const std::exception& error) {
        failure = error.what();
    }
    runs_.of({task.name}).add();
    if (failure.empty() || stop.stop_requested()) return;
    failures_.of({task.name}).add();
    observers_.log.log(observe::Level::error, "background work failed",
                       {{"work", task.name}, {"error", failure}, {"hint", hint}});
}

} // namespace berth::app
