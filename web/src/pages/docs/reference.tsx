// The reference of the API, from the document that the server gives. It needs no login, as the
// document needs none.
import "../../look/docs.css";

import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router-dom";

import { Logo } from "../../frame/logo";
import { Page } from "../../parts/page";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say, sayWith } from "../../words/say";
import { byTag, placesOf, type Document, type Place } from "./document";
import { OperationView } from "./operation";

const address = "/v1/openapi.json";

function useDocument() {
  return useQuery({
    queryKey: ["openapi"],
    queryFn: async ({ signal }) => {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(String(response.status));
      return (await response.json()) as Document;
    },
    staleTime: Infinity,
  });
}

function matches({ path, operation }: Place, wanted: string) {
  const text = `${path} ${operation.summary} ${operation.operationId}`.toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}

function Operations({ document }: { document: Document }) {
  const wanted = useView().of("search");
  const places = placesOf(document).filter((place) => matches(place, wanted));
  return (
    <div className="stack">
      <div className="row">
        <SearchField label={say("docs.find")} />
        <span role="status">{say("docs.found", { count: places.length })}</span>
      </div>
      {places.length === 0 && <Nothing title={say("docs.nothing")} />}
      {byTag(places).map(([tag, group]) => (
        <section key={tag} className="stack" aria-labelledby={`tag-${tag}`}>
          <h2 id={`tag-${tag}`} lang="en">
            <strong>{tag}</strong>
          </h2>
          {group.map((place) => (
            <OperationView key={place.method + place.path} document={document} place={place} />
          ))}
        </section>
      ))}
    </div>
  );
}

export function ApiReference() {
  const document = useDocument();
  return (
    <div className="docs">
      <header className="row spread docs-head">
        <span className="brand">
          <Logo />
          {say("frame.berth")}
        </span>
        <Link to="/registries">{say("docs.toConsole")}</Link>
      </header>
      <main>
        <Page
          title={say("docs.title")}
          lead={sayWith("docs.lead", {
            header: <code>ApiKey</code>,
            error: <code>V1Error</code>,
          })}
          actions={<a href={address}>{say("docs.raw")}</a>}
        >
          {document.isPending ? (
            <Waiting what={say("docs.theReference")} />
          ) : document.isError ? (
            <Failure
              error={document.error}
              what={say("docs.theReference")}
              again={() => void document.refetch()}
            />
          ) : (
            <Operations document={document.data} />
          )}
        </Page>
      </main>
    </div>
  );
}
