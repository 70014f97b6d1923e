#include "cli/management.hpp"

#include "cli/diagnosis_report.hpp"
#include "cli/field_flags.hpp"
#include "cli/registry_form.hpp"
#include "cli/table.hpp"
#include "cli/validation_report.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace berth;
using namespace berth::cli;

namespace {

/// One command's words, with a terminal on which "typed" is typed.
struct Typed {
    Typed(Command chosen, const std::vector<std::string>& words,
          std::map<std::string, std::string, std::less<>> variables = {})
        : command(std::move(chosen)),
          surroundings{.environment = {std::move(variables), 1000},
                       .console = console,
                       .clock = clock,
                       .ask_secret = [](std::string_view) { return Secret("typed"); }},
          line(CommandLine::parse(command, words, [&](std::string_view name) {
                   return surroundings.environment.get(name);
               }).value()) {}

    json::Value filled(const std::string& type, json::Object registry = {}) {
        fill_registry(invocation, type, registry);
        return registry;
    }

    std::string told;
    Console console{{[](std::string_view) {}},
                    {[this](std::string_view text) { told += text; }},
                    [] { return std::string("piped in\n"); }};
    ManualClock clock;
    std::vector<Command> table;
    Command command;
    Surroundings surroundings;
    CommandLine line;
    Invocation invocation{table,
                          command,
                          line,
                          surroundings,
                          OutputFormat::parse("table").value(),
                          ProgressMode::none};
};

template <class Act>
Error failure_of(Act&& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

json::Value validation() {
    return json::parse(R"({"result":"failed","at":"2026-01-02T03:04:05.000Z","notes":[],"steps":[
        {"name":"resolve","result":"ok","durationMs":2,"cause":"","message":"127.0.0.1","fix":""},
        {"name":"ping","result":"failed","durationMs":31,"cause":"credential_rejected",
         "message":"the registry refuses robot","fix":"type the password again"},
        {"name":"listing","result":"skipped","durationMs":0,"cause":"earlier_step_failed",
         "message":"","fix":""}]})")
        .value();
}

} // namespace

TEST_CASE("the flags of a basic registry make what the API takes") {
    Typed add(registry_add_command(),
              {"harbor", "https://registry.test", "-u", "robot", "--content-path", "team/a",
               "--content-path", "team/b", "--sync", "--insecure-skip-tls-verify"});
    const auto registry = add.filled("basic");
    CHECK(text_at(registry, "spec.auth.type") == "basic");
    CHECK(text_at(registry, "spec.auth.username") == "robot");
    CHECK(text_at(registry, "spec.auth.password") == "typed");
    CHECK(text_at(registry, "spec.baseContentPath") == "team/a,team/b");
    CHECK(text_at(registry, "spec.isSyncSupported") == "true");
    CHECK(text_at(registry, "spec.auth.tls.insecureSkipVerify") == "true");
    CHECK(text_at(Typed(registry_add_command(), {"x", "https://registry.test"}).filled("basic"),
                  "spec.auth.type") == "noAuth");
}

TEST_CASE("the flags of an ECR registry make what the API takes") {
    Typed add(registry_add_command(), {"aws", "x.dkr.ecr.us-east-1.amazonaws.com", "--access-key",
                                       "AKIA", "--secret-key-stdin", "--role-arn", "arn:x"});
    CHECK(registry_type(add.invocation, "https://1.dkr.ecr.eu-west-1.amazonaws.com") == "ecr");
    CHECK(registry_type(add.invocation, "https://registry.test") == "basic");
    const auto registry = add.filled("ecr");
    CHECK(text_at(registry, "spec.isPrivate") == "true");
    CHECK(text_at(registry, "spec.credentials.credentialType") == "sts");
    CHECK(text_at(registry, "spec.credentials.secretKey") == "piped in");
    CHECK(text_at(registry, "spec.credentials.sts.arn") == "arn:x");
    CHECK(text_at(registry, "spec.tls").empty());
}

TEST_CASE("an edit leaves what no flag names, and takes a login away whole") {
    const auto held = json::parse(R"({"spec":{"endpoint":"https://registry.test","basePath":"/b",
        "isSyncSupported":true,"auth":{"type":"basic","username":"robot","password":"****",
        "tls":{"enabled":true,"insecureSkipVerify":true}}}})")
                          .value();
    const auto same =
        Typed(registry_edit_command(), {"x", "--name", "y"}).filled("basic", held.as_object());
    CHECK(same == held);
    const auto changed =
        Typed(registry_edit_command(),
              {"x", "--no-auth", "--insecure-skip-tls-verify=false", "--sync=false"})
            .filled("basic", held.as_object());
    CHECK(text_at(changed, "spec.auth.type") == "noAuth");
    CHECK(text_at(changed, "spec.auth.password").empty());
    CHECK(text_at(changed, "spec.auth.tls.insecureSkipVerify") == "false");
    CHECK(text_at(changed, "spec.isSyncSupported") == "false");
    CHECK(text_at(changed, "spec.basePath") == "/b");
}

TEST_CASE("flags that do not fit the type or each other, and missing files, are named") {
    const struct {
        const char* type;
        std::vector<std::string> flags;
        const char* named;
    } cases[] = {{"basic", {"--region", "eu-west-1"}, "--region"},
                 {"ecr", {"--username", "robot"}, "--username"},
                 {"basic", {"--no-auth", "--token-stdin"}, "--token-stdin"},
                 {"basic", {"--password-stdin"}, "--username"},
                 {"basic", {"--ca-file", "/nowhere.pem"}, "--ca-file"}};
    for (const auto& each : cases) {
        CAPTURE(each.named);
        std::vector<std::string> words{"x", "https://registry.test"};
        words.insert(words.end(), each.flags.begin(), each.flags.end());
        Typed add(registry_add_command(), words);
        const auto error = failure_of([&] { add.filled(each.type); });
        CHECK((error.what() + error.hint()).find(each.named) != std::string::npos);
    }
}

TEST_CASE("a secret that is nowhere to be had names its flag") {
    Typed add(registry_add_command(), {"x", "https://registry.test", "-u", "robot"});
    add.surroundings.ask_secret = {};
    const auto error = failure_of([&] { add.filled("basic"); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.message().starts_with("--password-stdin"));
}

TEST_CASE("what the server refuses in a member is said of the flag or argument") {
    const auto add = registry_add_command();
    CHECK(flag_of_field("spec.auth.password", add) == "--password-stdin");
    CHECK(flag_of_field("metadata.name", add) == "NAME");
    CHECK(flag_of_field("metadata.name", registry_edit_command()) == "--name");
    CHECK(flag_of_field("spec.endpoint", registry_edit_command()) == "--endpoint");
    CHECK(flag_of_field("spec.expiry", key_create_command()) == "--days");
    CHECK(flag_of_field("spec.nonsense", add).empty());
    ApiRefusal refusal(ErrorCode::usage, "spec.baseContentPath: is needed", "spec.baseContentPath");
    refusal.set_hint("a hint");
    const auto error = named_by_flag(refusal, add);
    CHECK(error.message() == "--content-path: is needed");
    CHECK(error.hint() == "a hint");
    CHECK(named_by_flag(ApiRefusal(ErrorCode::denied, "no", ""), add).message() == "no");
}

TEST_CASE("every field that has a flag has one that a command takes") {
    for (const char* field :
         {"spec.auth.username", "spec.auth.token", "spec.auth.tls.ca", "spec.auth.tls.certificate",
          "spec.auth.tls.key", "spec.baseContentPath", "spec.basePath", "spec.providerType",
          "spec.isSyncSupported", "spec.defaultRegion", "spec.credentials.accessKey",
          "spec.credentials.secretKey", "spec.credentials.sts.arn",
          "spec.credentials.sts.externalId"}) {
        CAPTURE(field);
        CHECK(flag_of_field(field, registry_add_command()).starts_with("--"));
        CHECK(flag_of_field(field, registry_edit_command()).starts_with("--"));
    }
}

TEST_CASE("the steps of a validation are shown with time, cause and fix") {
    const auto text = OutputFormat::parse("table").value().render(validation_report(validation()));
    CHECK(text ==
          "STEP     RESULT   TIME   CAUSE\n"
          "resolve  ok       2 ms\n"
          "    127.0.0.1\n"
          "ping     failed   31 ms  credential_rejected\n"
          "    the registry refuses robot\n"
          "    fix: type the password again\n"
          "listing  skipped  0 ms   earlier_step_failed\n"
          "\n"
          "Result:  failed\n"
          "At:      2026-01-02T03:04:05.000Z\n");
    Typed any(registry_validate_command(), {"x"});
    tell_steps(any.console, validation());
    CHECK(any.told ==
          "resolve     ok            2 ms\n"
          "ping        failed       31 ms  the registry refuses robot\n"
          "listing     skipped       0 ms\n");
}

TEST_CASE("the status of a validation says what kind of step failed") {
    const auto error = validation_error(validation(), "nothing was registered");
    REQUIRE(error);
    CHECK(error->code() == ErrorCode::unauthorized);
    CHECK(error->message().starts_with("nothing was registered: "));
    CHECK(error->hint() == "type the password again: --username USER --password-stdin");
    CHECK(validation_status(validation()) == 4);
    const auto of = [](const char* step, const char* cause) {
        return validation_status(json::Object{
            {"steps",
             json::Array{json::Object{{"name", step}, {"result", "failed"}, {"cause", cause}}}}});
    };
    CHECK(of("tls", "certificate_expired") == 5);
    CHECK(of("resolve", "name_unknown") == 5);
    CHECK(of("resolve", "address_forbidden") == 4);
    CHECK(of("credential", "token_service_unreachable") == 5);
    CHECK(of("challenge", "not_a_registry") == 5);
    CHECK(validation_status(json::Object{{"steps", json::Array{}}}) == 0);
}

TEST_CASE("a diagnosis shows what a missing right costs, and the status says that one is missing") {
    auto diagnosis =
        json::parse(R"({"account":"123456789012","arn":"arn:u","repository":"a","probes":[
        {"action":"ecr:ListImages","region":"eu-west-1","verdict":"denied","resource":"arn:a",
         "feature":"the list of tags","message":"a policy does not allow it","fix":"allow it",
         "requestId":"id-1","statement":{"Effect":"Allow","Action":"ecr:ListImages"}},
        {"action":"ecr:GetRegistryPolicy","region":"eu-west-1","verdict":"allowed","resource":"*",
         "feature":"who may replicate"}]})")
            .value();
    CHECK(diagnosis_status(diagnosis) == 4);
    CHECK(OutputFormat::parse("table").value().render(diagnosis_report(diagnosis)) ==
          "ACTION                 VERDICT  NEEDED FOR\n"
          "ecr:ListImages         denied   the list of tags\n"
          "    a policy does not allow it\n"
          "    fix: allow it\n"
          "    grant: {\"Effect\":\"Allow\",\"Action\":\"ecr:ListImages\"}\n"
          "    AWS's request id: id-1\n"
          "ecr:GetRegistryPolicy  allowed  who may replicate\n"
          "\n"
          "Result:      1 allowed, 1 denied\n"
          "Asked as:    arn:u\n"
          "Repository:  a\n"
          "Account:     123456789012\n");
    auto& first = diagnosis.as_object()["probes"].as_array().front().as_object();
    first["verdict"] = "inconclusive";
    first["region"] = "us-east-1";
    CHECK(diagnosis_status(diagnosis) == 7);
    const auto text = OutputFormat::parse("table").value().render(diagnosis_report(diagnosis));
    CHECK(text.find("REGION") != text.npos);
    CHECK(text.find("1 allowed, 0 denied, 1 inconclusive") != text.npos);
    first["verdict"] = "allowed";
    CHECK(diagnosis_status(diagnosis) == 0);
}

TEST_CASE("an API key of the environment needs a server beside it and goes to no other") {
    const std::map<std::string, std::string, std::less<>> key{{"BERTH_API_KEY", "k3y"},
                                                              {"HOME", "/nowhere"}};
    const auto error =
        failure_of([&] { chosen_login(Typed(registry_ls_command(), {}, key).invocation); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.hint().find("BERTH_SERVER") != std::string::npos);
    const auto login = chosen_login(
        Typed(registry_ls_command(), {"--server", "https://berth.test/"}, key).invocation);
    CHECK(login.url == "https://berth.test");
    CHECK(login.secret.reveal() == "k3y");
    const auto none = failure_of([&] {
        chosen_login(
            Typed(registry_ls_command(), {"--server", "https://berth.test"}, {{"HOME", "/nowhere"}})
                .invocation);
    });
    CHECK(none.code() == ErrorCode::unauthorized);
}
