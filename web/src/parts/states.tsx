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

/** Nothing for a moment, so that a quick answer does not flash; then grey rows. */
export function Waiting({ rows = 5, what }: { rows?: number; what: string }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stack" role="status" aria-label={`Loading ${what}`}>
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
    <Alert variant="danger" isInline title={`${what} could not be loaded`} className="breakable">
      <p>{known?.message ?? "Something unexpected happened in this page."}</p>
      {known?.hint && <p>{known.hint}</p>}
      {known?.details.step && <p>Failed step: {known.details.step}</p>}
      {upstream && <p>The registry said: {upstream}</p>}
      {known?.ref && (
        <p className="small subtle">
          Reference <code>{known.ref}</code>
        </p>
      )}
      {again && (
        <Button variant="link" isInline onClick={again}>
          Try again
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
