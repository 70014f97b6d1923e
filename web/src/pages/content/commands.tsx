// The commands that pull this, for the clients that can.
import { Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { useState } from "react";

import type { Command } from "../../api/types";
import { Code } from "../../parts/small";
import { say } from "../../words/say";

export function Commands({ commands = [] }: { commands?: Command[] | undefined }) {
  const clients = [...new Set(commands.map((command) => command.client))];
  const [chosen, setChosen] = useState("");
  const active = clients.includes(chosen) ? chosen : (clients[0] ?? "");
  if (clients.length === 0) return null;
  return (
    <section className="panel" aria-label={say("content.pull")}>
      <h2>{say("content.pull")}</h2>
      <Tabs
        activeKey={active}
        onSelect={(_, key) => setChosen(String(key))}
        aria-label={say("content.clients")}
        isSubtab
        className="clients"
      >
        {clients.map((client) => (
          <Tab
            key={client}
            eventKey={client}
            title={<TabTitleText>{client}</TabTitleText>}
            aria-label={client}
          >
            {client === active && (
              <div className="stack commands">
                {commands
                  .filter((command) => command.client === client)
                  .map((command) => (
                    <Code
                      key={command.text}
                      text={command.text}
                      what={say("content.commandFor", { client })}
                    />
                  ))}
              </div>
            )}
          </Tab>
        ))}
      </Tabs>
    </section>
  );
}
