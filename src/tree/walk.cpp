#include "tree/walk.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "tree/entry_path.hpp"
#include "tree/extract.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <vector>

namespace berth::tree {
namespace {

// As many as the kernel follows: a name that needs more could not be opened in a container.
constexpr unsigned most_links_walked = 40;
constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

class Walk {
public:
    Walk(int root, std::string_view name, Missing missing, const RootOptions& options)
        : root_(root), name_(name), missing_(missing), options_(options) {
        at_ = open_components(root_, "");
        if (!at_) throw system_error("opening the root directory", errno);
        push(name);
    }

    std::optional<Walked> run() {
        while (!todo_.empty()) {
            const auto component = std::move(todo_.back());
            todo_.pop_back();
            const bool there = component == ".." ? step_up() : step_into(component);
            if (!there) return std::nullopt;
        }
        return Walked{std::move(at_), std::move(path_), replaced_};
    }

private:
    /// What is first in `names` is last in todo_.
    void push(std::string_view names) {
        const auto components = split(names, '/');
        for (auto it = components.rbegin(); it != components.rend(); ++it) {
            if (!it->empty() && *it != ".") todo_.emplace_back(*it);
        }
    }

    bool step_up() {
        if (path_.empty() && options_.links == Links::beneath) throw leads_out();
        path_ = parent_path(path_);
        at_ = open_components(root_, path_);
        if (!at_) throw system_error(fmt::format("opening {}", berth::quoted(path_)), errno);
        return true;
    }

    bool step_into(const std::string& component) {
        UniqueFd next(::openat(at_.get(), component.c_str(), directory_flags));
        if (!next) {
            const int reason = errno;
            if (reason == ENOENT) {
                if (missing_ == Missing::fail) return false;
                next = make_directory(component);
            } else if (reason == ENOTDIR || reason == ELOOP) {
                if (auto target = read_link(at_.get(), component)) return follow(*target);
                if (missing_ == Missing::fail) return false;
                next = replace(component);
            } else {
                throw system_error(fmt::format("opening {}", berth::quoted(join(path_, component))),
                                   reason);
            }
        }
        at_ = std::move(next);
        path_ = join(path_, component);
        if (path_.size() < PATH_MAX) return true;
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the name {} means a path longer than 4095 bytes, which nothing "
                                "could open",
                                berth::quoted(name_)));
    }

    bool follow(const std::string& target) {
        if (++links_ > most_links_walked) {
            throw Error(ErrorCode::content_invalid,
                        fmt::format("the name {} leads through more than {} symlinks",
                                    berth::quoted(name_), most_links_walked));
        }
        if (target.starts_with('/')) {
            if (options_.links == Links::beneath) throw leads_out();
            path_.clear();
            at_ = open_components(root_, "");
            if (!at_) throw system_error("opening the root directory", errno);
        }
        push(target);
        return true;
    }

    UniqueFd make_directory(const std::string& component) {
        // Making a directory changes its parent's time, which is not ours to change.
        struct stat before {};
        if (::fstat(at_.get(), &before) != 0) throw system_error("reading a directory", errno);
        if (::mkdirat(at_.get(), component.c_str(), 0755) != 0) {
            throw system_error(fmt::format("making {}", berth::quoted(join(path_, component))),
                               errno);
        }
        UniqueFd made(::openat(at_.get(), component.c_str(), directory_flags));
        // mkdirat obeys the umask, an image does not. Set-group-id is handed down as mkdir does it.
        const bool inherits = (before.st_mode & S_ISGID) != 0;
        if (!made || !give_away(made.get(), inherits) ||
            ::fchmod(made.get(), inherits ? 02755 : 0755) != 0) {
            throw system_error(fmt::format("making {}", berth::quoted(join(path_, component))),
                               errno);
        }
        restore_time(before);
        return made;
    }

    bool give_away(int made, bool keeps_group) const {
        const auto group = keeps_group ? static_cast<gid_t>(-1) : options_.group;
        if (options_.owner == static_cast<uid_t>(-1) && group == static_cast<gid_t>(-1))
            return true;
        return ::fchown(made, options_.owner, group) == 0;
    }

    void restore_time(const struct stat& before) const {
        const timespec times[2] = {before.st_atim, before.st_mtim};
        ::futimens(at_.get(), times);
    }

    UniqueFd replace(const std::string& component) {
        if (options_.links == Links::beneath) {
            throw Error(ErrorCode::content_invalid,
                        fmt::format("the name {} goes through {}, which is not a directory",
                                    berth::quoted(name_), berth::quoted(join(path_, component))));
        }
        struct stat before {};
        if (::fstat(at_.get(), &before) != 0) throw system_error("reading a directory", errno);
        remove_tree(at_.get(), component);
        replaced_ = true;
        auto made = make_directory(component);
        restore_time(before);
        return made;
    }

    Error leads_out() const {
        return Error(ErrorCode::content_invalid,
                     fmt::format("the name {} leads through a symlink out of the directory",
                                 berth::quoted(name_)));
    }

    int root_;
    std::string_view name_;
    Missing missing_;
    const RootOptions& options_;
    UniqueFd at_;
    std::string path_;
    std::vector<std::string> todo_; ///< next component last
    unsigned links_ = 0;
    bool replaced_ = false;
};

} // namespace

std::optional<Walked> walk(int root, std::string_view path, Missing missing,
                           const RootOptions& options) {
    return Walk(root, path, missing, options).run();
}

UniqueFd open_components(int root, std::string_view path) {
    UniqueFd at(::openat(root, ".", directory_flags));
    while (at && !path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const std::string component(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
        UniqueFd next(::openat(at.get(), component.c_str(), directory_flags));
        const int reason = errno;
        at = std::move(next);
        errno = reason;
    }
    return at;
}

std::optional<std::string> read_link(int directory, const std::string& name) {
    char target[PATH_MAX];
    const auto length = ::readlinkat(directory, name.c_str(), target, sizeof target);
    if (length < 0) {
        if (errno == EINVAL) return std::nullopt;
        throw system_error(fmt::format("reading the symlink {}", berth::quoted(name)), errno);
    }
    return std::string(target, static_cast<std::size_t>(length));
}

} // namespace berth::tree
