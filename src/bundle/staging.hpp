// Staging: the hidden directory in which a bundle comes to be before it appears whole.
//
// It lies beside the bundle, as ".<name>.berth-unpack-<16 hex digits>", and is locked (flock) as
// long as its maker lives. Whoever unpacks to the same place next removes those that nobody holds:
// what a kill -9 left behind.
#pragma once

#include "base/unique_fd.hpp"

#include <filesystem>
#include <string>

namespace berth::bundle {

class Staging {
public:
    /// `bundle` must be missing or an empty directory, else Error conflict; its parent directory
    /// must exist, else not_found. Stale siblings are removed.
    explicit Staging(const std::filesystem::path& bundle);
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    /// Removes everything unless commit() was called. Never throws; what cannot be removed stays
    /// for the next run.
    ~Staging();

    int fd() const noexcept { return directory_.get(); }
    /// Renames it to the bundle's name. Error conflict if something is there by now.
    void commit();

private:
    void check_free() const;
    void remove_stale() const;
    void make();

    std::filesystem::path bundle_;
    std::string bundle_name_;
    UniqueFd parent_;
    UniqueFd directory_;
    std::string name_;
    bool committed_ = false;
};

} // namespace berth::bundle
