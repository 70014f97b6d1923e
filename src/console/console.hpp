// The console: the web application of web/, served out of the binary.
#pragma once

#include "console/asset.hpp"
#include "net/http_message.hpp"

namespace berth::console {

/// A handler for the console's files and for the addresses of its pages:
///   /, /login, /jobs, /registries, /registries/…, /settings, /settings/…   index.html
///   /assets/…, /favicon.svg                                                the file
/// All else is for `others`. Files under /assets/ carry a hash in their names and may be kept for
/// ever; the page may not be kept, and comes with a policy that lets nothing in but what is served
/// here. GET and HEAD, ETag, gzip where it is accepted. Sets the request's route. Any thread.
net::Handler make_console(net::Handler others);

/// The same over any files. `assets` are sorted by path and live as long as the handler; one of
/// them is /index.html. Error internal if that is missing.
net::Handler make_console(std::span<const Asset> assets, net::Handler others);

} // namespace berth::console
