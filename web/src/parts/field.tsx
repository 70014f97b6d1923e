// Pieces of forms: each names its field, tells what is wrong with it and says so to everybody.
import {
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  TextArea,
  TextInput,
} from "@patternfly/react-core";
import type { ReactNode } from "react";

interface FieldProps {
  id: string;
  label: string;
  required?: boolean | undefined;
  error?: string | undefined;
  help?: ReactNode;
  /** Beside the label: a button, for example. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Field({ id, label, required, error, help, aside, children }: FieldProps) {
  return (
    <FormGroup label={label} fieldId={id} isRequired={required ?? false} labelInfo={aside}>
      {children}
      <FormHelperText>
        <HelperText id={`${id}-help`}>
          {error && <HelperTextItem variant="error">{error}</HelperTextItem>}
          {help && <HelperTextItem>{help}</HelperTextItem>}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

interface TextProps extends Omit<FieldProps, "children"> {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  onFocus?: () => void;
  type?: "text" | "password";
  placeholder?: string;
  list?: string;
  mono?: boolean;
  /** Beside the input. */
  beside?: ReactNode;
}

export function TextField({
  value,
  onChange,
  onBlur,
  onFocus,
  type = "text",
  placeholder,
  list,
  mono,
  beside,
  ...field
}: TextProps) {
  const input = (
    <TextInput
      id={field.id}
      type={type}
      value={value}
      onChange={(_, next) => onChange(next)}
      {...(onBlur ? { onBlur } : {})}
      {...(onFocus ? { onFocus } : {})}
      {...(placeholder ? { placeholder } : {})}
      {...(list ? { list } : {})}
      className={mono ? "mono" : ""}
      validated={field.error ? "error" : "default"}
      isRequired={field.required ?? false}
      aria-describedby={`${field.id}-help`}
      // Passwords of a registry are not the person's own: a browser must not keep or offer them.
      autoComplete={type === "password" ? "new-password" : "off"}
      autoCapitalize="none"
      spellCheck={false}
    />
  );
  return (
    <Field {...field}>
      {beside ? (
        <div className="beside">
          {input}
          {beside}
        </div>
      ) : (
        input
      )}
    </Field>
  );
}

interface AreaProps extends Omit<FieldProps, "children"> {
  value: string;
  onChange: (value: string) => void;
  onFocus?: () => void;
  rows?: number;
  placeholder?: string;
}

export function AreaField({
  value,
  onChange,
  onFocus,
  rows = 4,
  placeholder,
  ...field
}: AreaProps) {
  return (
    <Field {...field}>
      <TextArea
        id={field.id}
        value={value}
        rows={rows}
        onChange={(_, next) => onChange(next)}
        {...(onFocus ? { onFocus } : {})}
        {...(placeholder ? { placeholder } : {})}
        className="mono"
        resizeOrientation="vertical"
        validated={field.error ? "error" : "default"}
        aria-describedby={`${field.id}-help`}
        spellCheck={false}
      />
    </Field>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  title: string;
  text: string;
  disabled?: boolean;
}

interface ChoicesProps<Value extends string> {
  id: string;
  label: string;
  choices: Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  help?: string | undefined;
}

/** Radio buttons as cards. */
export function Choices<Value extends string>({
  id,
  label,
  choices,
  value,
  onChange,
  help,
}: ChoicesProps<Value>) {
  return (
    <fieldset id={id} className="choices">
      <legend>{label}</legend>
      <div className="choice-cards">
        {choices.map((choice) => (
          <label key={choice.value} className="choice-card">
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              disabled={choice.disabled ?? false}
              aria-labelledby={`${id}-${choice.value}`}
              aria-describedby={`${id}-${choice.value}-text`}
              onChange={() => onChange(choice.value)}
            />
            <span>
              <strong id={`${id}-${choice.value}`}>{choice.title}</strong>
              <br />
              <span className="small subtle" id={`${id}-${choice.value}-text`}>
                {choice.text}
              </span>
            </span>
          </label>
        ))}
      </div>
      {help && <p className="small subtle">{help}</p>}
    </fieldset>
  );
}
