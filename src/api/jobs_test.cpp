#include "api/jobs.hpp"

#include "base/error.hpp"
#include "base/synchronized.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

using namespace berth;
using namespace berth::api;
using namespace std::chrono_literals;

namespace {

JobSubject sync_of(std::string registry) {
    return {JobKind::sync, "t1", std::move(registry), "name"};
}

Job wait_for(Jobs& jobs, const std::string& uid) {
    for (int i = 0; i < 500; ++i) {
        for (const Job& job : jobs.list("t1", 1000)) {
            if (job.uid == uid && job.finished) return job;
        }
        std::this_thread::sleep_for(5ms);
    }
    FAIL("the job does not end");
    return {};
}

/// Runs until it is asked to stop.
std::string run_for_ever(const JobProgress&, std::stop_token stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
    throw Error(ErrorCode::cancelled, "stopped");
}

} // namespace

TEST_CASE("a job tells its beginning, some of its progress and its end") {
    SystemClock clock;
    Synchronized<std::vector<Job>> told;
    Jobs jobs({}, clock,
              [&](const Job& job) { told.with([&](auto& all) { all.push_back(job); }); });
    const std::string uid = jobs.start(sync_of("r1"), [](const JobProgress& progress, auto) {
        for (int i = 1; i <= 1000; ++i) progress("reading", i, 1000);
        return std::string("1000 repositories");
    });
    CHECK(uid.size() == 24);
    const Job job = wait_for(jobs, uid);
    CHECK(job.status == JobStatus::done);
    CHECK(job.message == "1000 repositories");
    CHECK(job.done == 1000);
    const auto all = told.with([](auto& seen) { return seen; });
    CHECK(all.size() >= 2);
    CHECK(all.size() < 20); // four a second, not each of a thousand
    CHECK(all.back().status == JobStatus::done);
}

TEST_CASE("a job's end is never told before its beginning, however slow the telling is") {
    SystemClock clock;
    std::promise<void> over;
    auto ended = over.get_future();
    Synchronized<std::vector<JobStatus>> told;
    Jobs jobs({}, clock, [&](const Job& job) {
        if (!job.finished) ended.wait_for(50ms);
        told.with([&](auto& all) { all.push_back(job.status); });
        if (job.finished) over.set_value();
    });
    wait_for(jobs, jobs.start(sync_of("r1"), [](const JobProgress&, auto) { return "done"; }));
    jobs.stop();
    CHECK(told.with([](auto& all) { return all; }) ==
          std::vector{JobStatus::running, JobStatus::done});
}

TEST_CASE("an error makes a job failed, with its message") {
    SystemClock clock;
    Jobs jobs({}, clock);
    const std::string uid = jobs.start(sync_of("r1"), [](const JobProgress&, auto) -> std::string {
        throw Error(ErrorCode::unreachable, "no route");
    });
    const Job job = wait_for(jobs, uid);
    CHECK(job.status == JobStatus::failed);
    CHECK(job.message == "no route");
}

TEST_CASE("of what went wrong inside Berth the log has the words, and the job the log") {
    SystemClock clock;
    std::string logged;
    Jobs jobs({.failed = [&](const Job& job,
                             const std::exception& error) { logged = job.uid + error.what(); }},
              clock);
    for (const bool known : {true, false}) {
        const std::string uid =
            jobs.start(sync_of("r1"), [&](const JobProgress&, auto) -> std::string {
                if (known) throw Error(ErrorCode::internal, "open /var/lib/berth/x: EIO");
                throw std::runtime_error("open /var/lib/berth/x: EIO");
            });
        const Job job = wait_for(jobs, uid);
        CHECK(job.status == JobStatus::failed);
        CHECK(job.message.find("/var") == std::string::npos);
        CHECK(job.message.find(uid) != std::string::npos);
        CHECK(logged == uid + "open /var/lib/berth/x: EIO");
    }
}

TEST_CASE("jobs of one registry run one after the other, a waiting one is joined") {
    SystemClock clock;
    Jobs jobs({.threads = 4}, clock);
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    const auto work = [&](const JobProgress&, auto) {
        const int now = ++running;
        if (now > most) most = now;
        std::this_thread::sleep_for(20ms);
        --running;
        return std::string();
    };
    const std::string first = jobs.start(sync_of("r1"), work);
    while (running == 0) std::this_thread::sleep_for(1ms);
    const std::string second = jobs.start(sync_of("r1"), work);
    CHECK(first != second);
    CHECK(jobs.start(sync_of("r1"), work) == second);
    CHECK(jobs.running(JobKind::sync, "r1")->uid == first);
    wait_for(jobs, second);
    CHECK(most == 1);
    CHECK(jobs.list("t1", 10).size() == 2);
    CHECK(jobs.list("t1", 10).front().uid == second);
    CHECK(jobs.list("t2", 10).empty());
    CHECK_FALSE(jobs.running(JobKind::sync, "r1"));
}

TEST_CASE("a job is cancelled while it runs and while it waits, by its tenant only") {
    SystemClock clock;
    Jobs jobs({.threads = 1}, clock);
    const std::string runs = jobs.start(sync_of("r1"), run_for_ever);
    const std::string waits = jobs.start(sync_of("r2"), run_for_ever);
    CHECK_FALSE(jobs.cancel("t2", runs));
    CHECK(jobs.cancel("t1", waits));
    CHECK(wait_for(jobs, waits).status == JobStatus::cancelled);
    CHECK_FALSE(jobs.running(JobKind::sync, "r2"));
    CHECK(jobs.cancel("t1", runs));
    CHECK(wait_for(jobs, runs).status == JobStatus::cancelled);
    CHECK(jobs.cancel("t1", runs)); // over already: stays as it is
    const std::string more = jobs.start(sync_of("r3"), run_for_ever);
    jobs.cancel_registry("r3");
    CHECK(wait_for(jobs, more).status == JobStatus::cancelled);
}

TEST_CASE("only the last jobs are remembered") {
    SystemClock clock;
    Jobs jobs({.kept = 5}, clock);
    std::string last;
    for (int i = 0; i < 20; ++i)
        last = jobs.start(sync_of("r" + std::to_string(i)),
                          [](const JobProgress&, auto) { return std::string(); });
    wait_for(jobs, last);
    for (int i = 0; i < 100 && jobs.list("t1", 100).size() > 5; ++i)
        std::this_thread::sleep_for(5ms);
    CHECK(jobs.list("t1", 100).size() == 5);
}

TEST_CASE("stop ends what runs and begins nothing any more") {
    SystemClock clock;
    Jobs jobs({.threads = 1}, clock);
    jobs.start(sync_of("r1"), run_for_ever);
    jobs.start(sync_of("r2"), run_for_ever);
    jobs.stop();
    CHECK_THROWS_AS(jobs.start(sync_of("r3"), run_for_ever), Error);
    // The destructor waits: a job that did not end would hang here.
}
