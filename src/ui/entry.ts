/** What a text field holds: the setting, but never over what is being typed. */
import { noChange } from "lit";
import {
  Directive,
  directive,
  PartType,
  type PartInfo,
  type PropertyPart,
} from "lit/directive.js";
import { setCommittedValue } from "lit/directive-helpers.js";

class Entry extends Directive {
  #input: HTMLInputElement | null = null;
  #typing = false;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.PROPERTY)
      throw new Error("entry() belongs to the property value of an input");
  }

  override render(value: string): unknown {
    return value;
  }

  override update(part: PropertyPart, [value]: [string]): unknown {
    const input = part.element as HTMLInputElement;
    if (input !== this.#input) this.#listen(input);
    if (this.#typing || input.value === value) return noChange;
    // As in `live`: what it holds may not be what was last rendered.
    setCommittedValue(part);
    return value;
  }

  #listen(input: HTMLInputElement): void {
    this.#input = input;
    input.addEventListener("input", () => {
      this.#typing = true;
    });
    const end = (): void => {
      this.#typing = false;
    };
    input.addEventListener("change", end);
    input.addEventListener("blur", end);
  }
}

/**
 * For `.value` of a text field that is read on `change`. A page redraws for many reasons while a
 * visitor types: until they are done the field is theirs.
 */
export const entry = directive(Entry);
