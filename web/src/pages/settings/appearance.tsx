import { useState } from "react";

import { setTheme, theme, type Theme } from "../../look/theme";
import { Choices } from "../../parts/field";
import { Page } from "../../parts/page";

export function Appearance() {
  const [chosen, setChosen] = useState<Theme>(theme);
  return (
    <Page title="Appearance" crumbs={[{ text: "Tenant Settings" }]} lead="For this browser only.">
      <div className="form-narrow">
        <Choices<Theme>
          id="theme"
          label="Theme"
          value={chosen}
          onChange={(next) => {
            setTheme(next);
            setChosen(next);
          }}
          choices={[
            {
              value: "system",
              title: "As the system",
              text: "Light or dark, whichever the system has",
            },
            { value: "light", title: "Light", text: "Always" },
            { value: "dark", title: "Dark", text: "Always" },
          ]}
        />
      </div>
    </Page>
  );
}
