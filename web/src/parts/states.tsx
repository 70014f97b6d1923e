// What a page shows while it has nothing to show: waiting, failure, emptiness.
import {
  Alert,
  Button,
  EmptyState,
  EmptyStateBody,
  EmptyStateFooter,
  Skeleton,
} from "@patternfly/react-core";
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

import { ApiError } from "../api/client";
import { say, sayWith } from "../words/say";
import { sentence } from "./format";

/** Nothing for a moment, so that a quick answer does not flash; then grey rows. */
export function Waiting({ rows = 5, what }: { rows?: number; what: string }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stack" role="status" aria-label={say("parts.loading", { what })}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index}>
          {visible ? <Skeleton height="2.25rem" /> : <div className="waiting-row" />}
        </div>
      ))}
    </div>
  );
}

function upstreamText(upstream: ApiError["details"]["upstream"]) {
  if (!upstream) return "";
  if (typeof upstream === "string") return upstream;
  return [upstream.host, upstream.status, upstream.code].filter(Boolean).join(" · ");
}

export function Failure({
  error,
  what,
  again,
}: {
  error: unknown;
  what: string;
  again?: () => void;
}) {
  const known = error instanceof ApiError ? error : null;
  const upstream = upstreamText(known?.details.upstream);
  return (
    <Alert variant="danger" isInline title={say("parts.notLoaded", { what })} className="breakable">
      {known ? <p lang="en">{sentence(known.message)}</p> : <p>{say("parts.unexpected")}</p>}
      {known?.hint && <p lang="en">{sentence(known.hint)}</p>}
      {known?.details.step && <p>{say("parts.failedStep", { step: known.details.step })}</p>}
      {upstream && <p>{say("parts.upstream", { upstream })}</p>}
      {known?.ref && (
        <p className="small subtle">
          {sayWith("parts.reference", { ref: <code>{known.ref}</code> })}
        </p>
      )}
      {again && (
        <Button variant="link" isInline onClick={again}>
          {say("parts.tryAgain")}
        </Button>
      )}
    </Alert>
  );
}

export function Nothing(props: {
  title: string;
  icon?: ComponentType;
  children?: ReactNode;
  actions?: ReactNode;
  level?: "h2" | "h3";
}) {
  return (
    <EmptyState
      titleText={props.title}
      headingLevel={props.level ?? "h2"}
      {...(props.icon ? { icon: props.icon } : {})}
    >
      <EmptyStateBody>{props.children}</EmptyStateBody>
      {props.actions && <EmptyStateFooter>{props.actions}</EmptyStateFooter>}
    </EmptyState>
  );
}
