import { css } from "lit";

export const overlayStyles = css`
  .choice {
    display: flex;
    margin-top: 12px;
    border: 1px solid var(--edge);
    border-radius: var(--control-radius);
  }
  .choice button {
    flex: 1;
    height: 44px;
    font-size: 13px;
    display: flex;
    gap: 7px;
    align-items: center;
    justify-content: center;
    color: var(--ink-2);
  }
  .choice button + button {
    border-left: 1px solid var(--rule);
  }
  .choice [aria-selected="true"] {
    color: var(--ink);
    font-weight: 600;
    box-shadow: inset 0 -2px var(--ink);
  }
  .part {
    margin-top: 12px;
    font-size: 13px;
  }
  .part.tall {
    height: 44px;
    margin-top: 4px;
  }
  .modes {
    height: 138px;
  }
  .units {
    height: 86px;
  }
  .numbers col:first-child {
    width: 30px;
  }
  .numbers .lane-text .word {
    color: var(--ink-2);
  }
  lab-lane {
    padding-top: 16px;
  }
`;
