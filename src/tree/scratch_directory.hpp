// ScratchDirectory: an empty directory for one test, removed with all that is in it.
#pragma once

#include "base/error.hpp"
#include "base/file.hpp"
#include "tree/extract.hpp"

#include <fcntl.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace berth::tree {

class ScratchDirectory {
public:
    ScratchDirectory()
        : path_(std::filesystem::temp_directory_path() / ("berth-test-" + random_hex_16())) {
        std::filesystem::create_directory(path_);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        try {
            remove_tree(AT_FDCWD, path_.string());
        } catch (const Error&) {
            // A test that made something irremovable has already failed.
        }
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    UniqueFd open(const std::string& name = ".") const {
        return open_file(path_ / name, O_RDONLY | O_DIRECTORY);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    std::string read(const std::string& name) const { return read_file(path_ / name, 1 << 26); }

private:
    std::filesystem::path path_;
};

} // namespace berth::tree
