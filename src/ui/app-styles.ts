/** The frame's grid at its three widths. */
import { css } from "lit";

export const appStyles = css`
  .tool {
    height: 100vh;
    min-height: 776px;
    display: flex;
    flex-direction: column;
  }
  .tool > * {
    flex: none;
  }
  .tool > .main {
    flex: 1 1 0;
    grid-template-rows: minmax(0, 1fr) var(--strip);
    min-height: 0;
  }
  .main:focus {
    outline: none;
  }
  .tool > .main:has(> .series[tall]) {
    grid-template-rows: minmax(0, 1fr) max(var(--strip), 42%);
  }
  .rail {
    grid-row: 1 / 3;
    border-right: 1px solid var(--rule);
    padding-block: 16px;
    overflow: auto;
    scrollbar-width: thin;
  }
  .rail[inert],
  lab-controls[inert] {
    opacity: 0.55;
  }
  .columns > .lanes {
    grid-column: 2 / 4;
    padding: 0;
    display: grid;
    grid-template-columns: repeat(var(--lanes, 2), minmax(0, 1fr));
    grid-template-rows: auto minmax(0, 1fr);
    min-height: 0;
    overflow-x: auto;
    overflow-y: hidden;
  }
  .lanes > lab-things {
    grid-column: 1 / -1;
    padding-inline: var(--gutter);
  }
  /* Takes no room before it is loaded, either. */
  lab-things {
    display: block;
  }
  .lanes > lab-lane {
    padding: 14px var(--gutter) 12px;
    min-width: min(300px, 100%);
    min-height: 0;
  }
  .lanes > lab-lane + lab-lane {
    border-left: 1px solid var(--rule);
  }
  .columns > .side {
    grid-row: 1 / 3;
    grid-column: 4;
    border-left: 1px solid var(--rule);
    padding: 0;
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .why {
    flex: 1 1 0;
    min-height: 0;
    padding: 16px var(--gutter) 8px;
    overflow: auto;
    scrollbar-width: thin;
  }
  .images {
    border-top: 1px solid var(--rule);
    padding: 12px var(--gutter);
    min-height: var(--strip);
  }
  .columns > .series {
    grid-column: 2 / 4;
    grid-row: 2;
    border-top: 1px solid var(--rule);
    padding: 0;
  }
  .tabs {
    display: flex;
    gap: 16px;
    border-bottom: 1px solid var(--rule);
    margin: -16px -16px 4px;
    padding: 0 16px;
    height: 44px;
  }
  .tabs button {
    color: var(--ink-2);
    height: 100%;
  }
  .tab-why {
    padding-top: 12px;
  }
  .drop {
    position: fixed;
    inset: 8px;
    z-index: 20;
    border: 2px solid var(--ink);
    border-radius: var(--dialog-radius);
    background: color-mix(in srgb, var(--bg) 88%, transparent);
    display: grid;
    place-items: center;
    font-size: 20px;
    line-height: 28px;
    pointer-events: none;
  }
  @media (max-height: 840px) and (min-width: 900px) {
    .lanes > lab-lane {
      padding-block: 10px 8px;
    }
  }
  @media (max-width: 1199px) {
    .tool {
      min-height: 760px;
    }
  }
  @media (max-width: 899px) {
    lab-overlay,
    lab-things {
      padding: 0 var(--gutter);
    }
    lab-images {
      padding: 12px var(--gutter) 0;
    }
    .more {
      border-top: 1px solid var(--rule);
      margin: 4px var(--gutter) 0;
    }
    .more details,
    .more > button {
      border-bottom: 1px solid var(--rule);
    }
    .more > button {
      width: 100%;
    }
    .more summary,
    .more > button {
      height: 48px;
      display: flex;
      align-items: center;
      justify-content: space-between;
      list-style: none;
      cursor: pointer;
    }
    .more summary::-webkit-details-marker {
      display: none;
    }
    .more [open] summary .icon {
      transform: rotate(90deg);
    }
    .more-body {
      padding-bottom: 16px;
    }
    .flush {
      margin: 0 calc(-1 * var(--gutter));
    }
  }
`;
