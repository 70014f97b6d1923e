// The head of a page: its title (of the tab too), the way to it, a sentence, and its actions.
import { Breadcrumb, BreadcrumbItem } from "@patternfly/react-core";
import { useEffect, type ReactNode } from "react";
import { Link } from "react-router-dom";

import { say } from "../words/say";

export interface Crumb {
  text: string;
  to?: string;
}

interface Props {
  title: string;
  /** Shown in place of the title's plain text. */
  heading?: ReactNode;
  crumbs?: Crumb[];
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, heading, crumbs = [], lead, actions, children }: Props) {
  useEffect(() => {
    document.title = say("parts.documentTitle", { title });
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        {crumbs.length > 0 && (
          <Breadcrumb aria-label={say("parts.breadcrumb")}>
            {crumbs.map((crumb) =>
              crumb.to ? (
                <BreadcrumbItem
                  key={crumb.text}
                  render={({ className }) => (
                    <Link className={className} to={crumb.to!}>
                      {crumb.text}
                    </Link>
                  )}
                />
              ) : (
                <BreadcrumbItem key={crumb.text}>{crumb.text}</BreadcrumbItem>
              ),
            )}
            <BreadcrumbItem isActive>{title}</BreadcrumbItem>
          </Breadcrumb>
        )}
        <div className="row spread">
          <h1 className="breakable" tabIndex={-1} id="page-title">
            {heading ?? title}
          </h1>
          {actions}
        </div>
        {lead && <p className="subtle">{lead}</p>}
      </header>
      {children}
    </div>
  );
}
