// Logging in by a provider: a button for each, and what its answer was when it did not work.
import { Alert, Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";

import { get } from "../../api/client";

interface Provider {
  name: string;
  label: string;
}

/** The words that the server leads back with. */
const failures: Record<string, string> = {
  denied: "The sign-in was cancelled or refused there.",
  stale: "This sign-in was begun too long ago, or in another browser. Start it again.",
  unreachable: "It cannot be reached from this server right now. Try again in a while.",
  broken: "It answered something that makes no sense. An administrator has to look at it.",
  refused: "It does not accept this server. An administrator has to look at the settings.",
  untrusted: "Its answer could not be verified, so it was not used.",
  audience: "Its answer was meant for another application. An administrator has to look at it.",
  clock: "Its clock and this server's differ too much. An administrator has to set them.",
  busy: "Too many people are signing in at once. Try again in a moment.",
  not_mapped: "You are known there, but none of your groups has a role here. Ask an administrator.",
  no_name: "It does not say what your user name is. An administrator has to look at it.",
  name_taken: "Your user name belongs to somebody else here. Ask an administrator.",
  disabled: "Your account here is disabled. Ask an administrator.",
  last_admin: "You are the last administrator here, and your groups would end that.",
};
const unknownFailure = "That did not work. An administrator finds the reason in the log.";

function useProviders() {
  return useQuery({
    queryKey: ["providers"],
    queryFn: ({ signal }) => get<{ items: Provider[] }>("/v1/auth/oidc", {}, signal),
    select: (answer) => answer.items ?? [],
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
      title={known ? `Signing in with ${known.label} did not work` : "Signing in did not work"}
    >
      <p>{failures[word] ?? unknownFailure}</p>
      {/^[\w-]{1,64}$/.test(reference) && (
        <p className="small subtle">
          Reference <code>{reference}</code>
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
      <p className="subtle">or</p>
      {providers.data.map((provider) => (
        <Button
          key={provider.name}
          component="a"
          variant="secondary"
          size="lg"
          isBlock
          href={`/v1/auth/oidc/${encodeURIComponent(provider.name)}/login?return_to=${encodeURIComponent(next)}`}
        >
          Sign in with {provider.label}
        </Button>
      ))}
    </div>
  );
}
