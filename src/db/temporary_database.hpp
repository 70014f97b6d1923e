// TemporaryDatabase: for tests, a database file in a directory of its own.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace berth::db {

/// A path to a file that does not exist yet; everything beside it goes with this object.
class TemporaryDatabase {
public:
    TemporaryDatabase() {
        std::string name = (std::filesystem::temp_directory_path() / "berth-db-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::filesystem::filesystem_error(
                name, std::error_code(errno, std::generic_category()));
        directory_ = name;
    }
    TemporaryDatabase(const TemporaryDatabase&) = delete;
    TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;
    ~TemporaryDatabase() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    std::filesystem::path path() const { return directory_ / "test.sqlite"; }

private:
    std::filesystem::path directory_;
};

} // namespace berth::db
