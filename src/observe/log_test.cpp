#include "observe/log.hpp"
#include "observe/audit.hpp"

#include "base/file.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

#include <set>
#include <thread>
#include <vector>

using namespace berth;
using namespace berth::observe;

namespace {

/// A file that goes with the test.
class ScratchFile {
public:
    ScratchFile() : path_("/tmp/berth-log-" + random_hex_16()) {}
    ~ScratchFile() { std::filesystem::remove(path_); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::string text() const { return read_file(path_, 1 << 24); }

private:
    std::filesystem::path path_;
};

constexpr std::chrono::system_clock::time_point noon{std::chrono::milliseconds(1795780800123)};

std::string line(LineFormat format, std::string_view message, std::vector<Field> fields) {
    return format_line(format, noon, Level::warn, message, fields);
}

std::vector<std::string> lines_of(std::string text) {
    std::vector<std::string> lines;
    for (std::size_t at; (at = text.find('\n')) != std::string::npos; text.erase(0, at + 1))
        lines.push_back(text.substr(0, at));
    CHECK(text.empty());
    return lines;
}

} // namespace

TEST_CASE("a JSON line holds time, level, message and fields, each as its type") {
    CHECK(line(LineFormat::json, "request",
               {{"path", "/v2/"},
                {"status", std::int64_t{200}},
                {"bytes", std::uint64_t{7}},
                {"dur_ms", 1.23456},
                {"complete", true},
                {"actor", ""}}) ==
          "{\"ts\":\"2026-11-27T12:00:00.123Z\",\"level\":\"warn\",\"msg\":\"request\","
          "\"path\":\"/v2/\",\"status\":200,\"bytes\":7,\"dur_ms\":1.235,\"complete\":true}\n");
}

TEST_CASE("a text line quotes what is not one word") {
    CHECK(line(LineFormat::text, "request", {{"path", "/v2/"}, {"agent", "a b=\"c\""}}) ==
          "2026-11-27T12:00:00.123Z warn  request path=/v2/ agent=\"a b=\\\"c\\\"\"\n");
}

TEST_CASE("whatever the text, a line is one line of valid JSON that no terminal obeys") {
    for (const std::string& bad :
         {std::string("a\nb"), std::string("\x1b[31m"), std::string("\xff\xfe"),
          std::string("\xc0\xaf"), std::string("\xed\xa0\x80"), std::string("\xc2\x9b"),
          std::string("\xe2\x80\xae"), std::string("a\0b", 3), std::string(5000, 'x'),
          std::string(1023, 'x') + "\xc3\xa9", std::string("\xf4\x90\x80\x80")}) {
        CAPTURE(bad);
        const std::string text = line(LineFormat::json, bad, {{"path", bad}});
        CHECK(text.find('\n') == text.size() - 1);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find("\xc2\x9b") == std::string::npos);
        CHECK(text.find("\xe2\x80\xae") == std::string::npos);
        CHECK(text.size() < 16'000);
        CHECK(json::parse(text.substr(0, text.size() - 1)).has_value());
    }
    CHECK(line(LineFormat::json, "caf\xc3\xa9", {}).find("caf\xc3\xa9") != std::string::npos);
}

TEST_CASE("lines below the level are not written") {
    const ScratchFile file;
    LineFile lines(file.path());
    ManualClock clock;
    Logger logger(lines, LineFormat::text, Level::info, clock);
    logger.log(Level::debug, "first");
    logger.log(Level::info, "second");
    logger.set_level(Level::error);
    logger.log(Level::warn, "third");
    CHECK(lines_of(file.text()).size() == 1);
    CHECK(file.text().find("second") != std::string::npos);
    CHECK(parse_level("warn") == Level::warn);
    CHECK_FALSE(parse_level("loud").has_value());
}

TEST_CASE("after a rotation lines go to a new file, while others write") {
    const ScratchFile file;
    const ScratchFile rotated;
    LineFile lines(file.path());
    SystemClock clock;
    Logger logger(lines, LineFormat::json, Level::info, clock);
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&, i] {
            for (int k = 0; k < 500; ++k)
                logger.log(Level::info, "x", {{"n", std::int64_t{1000 * i + k}}});
        });
    }
    std::filesystem::rename(file.path(), rotated.path());
    lines.reopen();
    for (auto& writer : writers) writer.join();
    logger.log(Level::info, "last");
    CHECK(file.text().find("last") != std::string::npos);
    std::set<std::string> seen;
    for (const auto& each : lines_of(rotated.text() + file.text())) {
        CHECK(json::parse(each).has_value());
        seen.insert(each.substr(each.find("\"n\"") == std::string::npos ? 0 : each.find("\"n\"")));
    }
    CHECK(seen.size() == 2001);
    CHECK(lines.dropped() == 0);
}

TEST_CASE("a reopening that fails leaves the old file in use") {
    const ScratchFile folder;
    std::filesystem::create_directory(folder.path());
    const auto path = folder.path() / "log";
    LineFile lines(path);
    std::filesystem::rename(folder.path(), folder.path().string() + ".moved");
    CHECK_THROWS_AS(lines.reopen(), Error);
    lines.write("still here\n");
    CHECK(read_file(folder.path().string() + ".moved/log", 100) == "still here\n");
    std::filesystem::remove_all(folder.path().string() + ".moved");
}

TEST_CASE("a full disk loses lines, counts them and nothing else") {
    LineFile full("/dev/full");
    full.write("lost\n");
    CHECK(full.dropped() == 1);
}

TEST_CASE("an audit line says who did what to what, and leaves out what does not apply") {
    const ScratchFile file;
    LineFile lines(file.path());
    ManualClock clock;
    Audit audit(lines, LineFormat::json, clock);
    audit.record({.action = "tag.move",
                  .actor = "ada",
                  .repository = "team/app",
                  .reference = "v1",
                  .digest = "sha256:b",
                  .previous = "sha256:a",
                  .peer = "192.0.2.1",
                  .request_id = "r1",
                  .status = 201});
    const auto text = file.text();
    CHECK(text.find("\"msg\":\"audit\",\"action\":\"tag.move\",\"outcome\":\"success\",\"actor\":"
                    "\"ada\",\"repository\":\"team/app\",\"reference\":\"v1\",\"digest\":"
                    "\"sha256:b\",\"previous\":\"sha256:a\",\"peer\":\"192.0.2.1\","
                    "\"request_id\":\"r1\",\"status\":201}\n") != std::string::npos);
}
