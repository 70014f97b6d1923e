#include "cli/help.hpp"

namespace berth::cli {
namespace {

constexpr std::string_view exit_codes =
    R"(Every command ends with one of these exit codes; they do not change between versions.

    0    success
    1    a failure that none of the others names
    2    wrong usage: unknown flag, malformed reference
    3    not found: repository, tag, digest, file
    4    authentication failed, or permission is missing
    5    network, TLS or time-out
    6    verification failed: digest, size, unsafe path in a layer, damaged store
    7    partial success: some items of a batch failed; the output lists them
    8    conflict: the target exists already or has changed meanwhile
  130    interrupted by Ctrl-C (SIGINT); partial downloads are kept for resume
  143    stopped by SIGTERM; as above
)";

constexpr std::string_view credentials =
    R"(For each registry the first of these sources that has an answer is used:

   1  --username with --password-stdin, --password or a prompt
   2  BERTH_REGISTRY_AUTH, then DOCKER_AUTH_CONFIG: the text of a docker config.json
   3  --authfile FILE or REGISTRY_AUTH_FILE: then no other file is looked in
   4  $XDG_RUNTIME_DIR/containers/auth.json, or /run/containers/UID/auth.json
   5  $XDG_CONFIG_HOME/containers/auth.json, or ~/.config/containers/auth.json
   6  $DOCKER_CONFIG/config.json, or ~/.docker/config.json
   7  Helm's registry/config.json, or HELM_REGISTRY_CONFIG
   8  anonymous

Within a source the longest key wins: host/namespace/repository, host/namespace, host. Keys may
have a scheme and the API's path; Docker Hub is found under its old key
https://index.docker.io/v1/ too. Credential helpers (credHelpers, credsStore) are asked before the
file's own entries; one that is not installed is passed over.

berth login writes to Docker's file, so that docker, podman, oras, crane, skopeo and helm see the
login; --authfile names another. Files are for the owner only (0600), replaced as a whole, and
keep all members that Berth does not know.

berth auth explain HOST shows each source and why it was used or skipped.

berth registry, berth chart and berth key ask the management API of a Berth server. Its login is
none of the above: berth login --api URL keeps it in $XDG_CONFIG_HOME/berth/servers.json (or
~/.config/berth), and shows it to that server alone. Without a login there is BERTH_API_KEY, with
BERTH_SERVER.
)";

constexpr std::string_view references = R"(References name content in a registry or on disk.

  debian                          Docker Hub: docker.io/library/debian, tag latest
  debian:12                       with a tag
  registry.example:5000/team/app@sha256:...
                                  with a digest; a tag beside it does not count
  docker://REF, oci://REF         the same, as skopeo and helm write it
  oci:PATH[:TAG]                  an OCI image layout in a directory
  oci:PATH@DIGEST                 one manifest of it
  oci-archive:PATH[:TAG]          the same in a tar file, as docker save writes it

Without a tag a registry gives the tag latest, and a layout the one image that it holds.
Registries are spoken to with TLS. One that speaks plain HTTP only, on this machine too, needs
--plain-http.
)";

constexpr std::string_view output =
    R"(Data goes to standard output, everything else to standard error.

  -o table           columns for people
  -o wide            more columns
  -o json            the whole answer
  -o yaml            the same as YAML
  -o name            the one name that a script needs, one per line
  -o template=TEXT   TEXT with fields filled in, once per element of a list:
                       {{.digest}}  {{.config.os}}   a field
                       {{json .layers}}              a value as compact JSON
                       {{join .platforms ", "}}      the elements of a list
                       {{len .layers}}               how many there are
                     \n and \t in TEXT are a new line and a tab.

Progress is on standard error: a block of bars on a terminal, one line per 10 % or 10 s in a
pipe, or one JSON event per line with --progress json. Colours follow --color, NO_COLOR and
CLICOLOR_FORCE.
)";

constexpr std::string_view environment =
    R"(Variables that Berth reads; a flag wins over its variable.

  BERTH_STORE            directory of the content store (--store)
  BERTH_OUTPUT           output format (--output)
  BERTH_PROGRESS         form of progress (--progress)
  BERTH_JOBS             transfers at once (--jobs)
  BERTH_SERVER           Berth server whose management API is asked (--server)
  BERTH_SERVER_CA_FILE   certificate authorities for it (--server-ca-file)
  BERTH_API_KEY          API key for the server that BERTH_SERVER or --server names
  BERTH_REGISTRY_AUTH    credentials: the text of a docker config.json
  DOCKER_AUTH_CONFIG     the same, after BERTH_REGISTRY_AUTH
  REGISTRY_AUTH_FILE     credentials file, in place of all others (--authfile)
  DOCKER_CONFIG          folder of Docker's config.json
  HELM_REGISTRY_CONFIG   Helm's credentials file
  XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_RUNTIME_DIR, HOME
                         where the store and the credential files are
  http_proxy, https_proxy, all_proxy, no_proxy
                         proxies, in capitals too (but not HTTP_PROXY)
  NO_COLOR, CLICOLOR_FORCE, TERM
                         colours and bars
)";

} // namespace

const std::vector<Topic>& topics() {
    static const std::vector<Topic> all = {
        {"credentials", "where logins come from and go to", std::string(credentials)},
        {"environment", "variables that are read", std::string(environment)},
        {"exit-codes", "what the exit status means", std::string(exit_codes)},
        {"output", "output formats, templates and progress", std::string(output)},
        {"references", "how images, charts and layouts are named", std::string(references)},
    };
    return all;
}

} // namespace berth::cli
