// Logging in by a provider: a button for each, and what its answer was when it did not work.
import { Alert, Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";

import { call } from "../../api/client";
import { say, sayWith, type PlainKey } from "../../words/say";

/** The words that the server leads back with. */
const failures: Record<string, PlainKey> = {
  denied: "login.denied",
  stale: "login.stale",
  unreachable: "login.unreachable",
  broken: "login.broken",
  refused: "login.refused",
  untrusted: "login.untrusted",
  audience: "login.audience",
  clock: "login.clock",
  busy: "login.busy",
  not_mapped: "login.notMapped",
  no_name: "login.noName",
  name_taken: "login.nameTaken",
  disabled: "login.disabled",
  last_admin: "login.lastAdmin",
};

function loginAt(provider: string, next: string) {
  const returnTo = new URLSearchParams({ return_to: next });
  return `/v1/auth/oidc/${encodeURIComponent(provider)}/login?${returnTo}`;
}

function useProviders() {
  return useQuery({
    queryKey: ["providers"],
    queryFn: ({ signal }) => call("GET /v1/auth/oidc", { signal }),
    select: (answer) => answer.items,
    staleTime: Infinity,
  });
}

export function ProviderFailure({ parameters }: { parameters: URLSearchParams }) {
  const providers = useProviders();
  const word = parameters.get("signin");
  if (!word) return null;
  const name = parameters.get("provider") ?? "";
  // Only what is configured is named: an address must not put words on this page.
  const known = providers.data?.find((provider) => provider.name === name);
  const reference = parameters.get("ref") ?? "";
  return (
    <Alert
      isInline
      variant="danger"
      title={known ? say("login.failedWith", { label: known.label }) : say("login.failed")}
    >
      <p>{say(failures[word] ?? "login.unknown")}</p>
      {/^[\w-]{1,64}$/.test(reference) && (
        <p className="small subtle">
          {sayWith("parts.reference", { ref: <code>{reference}</code> })}
        </p>
      )}
    </Alert>
  );
}

export function Providers({ next }: { next: string }) {
  const providers = useProviders();
  if (!providers.data?.length) return null;
  return (
    <div className="login-providers">
      <p className="subtle">{say("login.or")}</p>
      {providers.data.map((provider) => (
        <Button
          key={provider.name}
          component="a"
          variant="secondary"
          size="lg"
          isBlock
          href={loginAt(provider.name, next)}
        >
          {say("login.signInWith", { label: provider.label })}
        </Button>
      ))}
    </div>
  );
}
