/** The drawer of runs: over the strip on a desk, a sheet on the phone. */
import { css } from "lit";

export const drawerStyles = css`
  dialog {
    position: fixed;
    inset: auto 0 0 var(--rail);
    width: auto;
    max-width: none;
    min-height: 244px;
    max-height: min(440px, 62vh);
    margin: 0;
    padding: 0;
    border: 0;
    border-top: 1px solid var(--edge);
    background: var(--bg);
    color: var(--ink);
    box-shadow: 0 -8px 32px var(--shadow);
    z-index: 10;
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
  }
  dialog.tall {
    height: min(440px, 62vh);
  }
  dialog:focus {
    outline: none;
  }
  dialog::backdrop {
    background: var(--scrim);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 16px;
    flex: none;
    min-height: 44px;
    padding: 0 12px 0 var(--gutter);
    border-bottom: 1px solid var(--rule);
  }
  .bar h2 {
    white-space: nowrap;
  }
  .tabs {
    display: flex;
    gap: 16px;
    align-self: stretch;
    font-size: 12px;
  }
  .tabs button {
    color: var(--ink-2);
    white-space: nowrap;
  }
  .tabs :focus-visible {
    outline-offset: -4px;
  }
  .bar .link {
    font-size: 12px;
  }
  .said {
    flex: none;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 6px var(--gutter);
    background: var(--sub);
    border-bottom: 1px solid var(--rule);
    font-size: 12px;
    line-height: 16px;
  }
  .said p {
    text-wrap: pretty;
    max-width: 100ch;
  }
  .panel {
    flex: 1 1 auto;
    min-height: 0;
    overflow: auto;
    scrollbar-width: thin;
  }
  .empty {
    padding: 24px var(--gutter);
  }
  @media (max-width: 1199px) {
    dialog {
      left: 0;
    }
  }
  @media (max-width: 899px) {
    dialog {
      inset: 0;
      width: 100%;
      height: 100dvh !important;
      max-height: none;
      border: 0;
    }
    .bar {
      flex-wrap: wrap;
      gap: 0 16px;
      padding: 4px 8px 0 16px;
    }
    .bar h2 {
      font-size: 20px;
      line-height: 44px;
      order: 1;
      flex: 1 0 calc(100% - 80px);
    }
    .bar .close {
      order: 2;
    }
    .bar .tabs {
      order: 3;
      height: 44px;
      font-size: 15px;
    }
    .bar .all {
      order: 4;
      margin: 0 8px 0 auto;
      font-size: 15px;
    }
    .bar .where {
      display: none;
    }
    .said {
      padding: 8px 16px;
      font-size: 13px;
      line-height: 20px;
    }
  }
`;

export const tableStyles = css`
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 12px;
    line-height: 18px;
  }
  th,
  td {
    text-align: left;
    vertical-align: top;
    padding: 7px 12px 7px 0;
    border-bottom: 1px solid var(--rule);
  }
  th:first-child,
  td:first-child {
    padding-left: var(--gutter);
  }
  thead th {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--bg);
    color: var(--ink-3);
    font-weight: 400;
    white-space: nowrap;
    line-height: 16px;
    padding-block: 6px;
    box-shadow: inset 0 -1px var(--rule);
    border: 0;
  }
  .num {
    text-align: right;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  td .lines > span {
    display: block;
    white-space: nowrap;
  }
  .name {
    width: 190px;
    border: 1px solid transparent;
    border-radius: var(--control-radius);
    margin: -4px 0 0 -7px;
    padding: 3px 6px;
    background: none;
    font-weight: 600;
    text-overflow: ellipsis;
  }
  .name:hover,
  .name:focus {
    border-color: var(--edge);
    background: var(--bg);
  }
  .changed {
    min-width: 130px;
    max-width: 260px;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .pin {
    width: 36px;
    height: 24px;
    margin: -3px 0 0 -4px;
    display: grid;
    place-items: center;
    border: 1px solid transparent;
    border-radius: var(--control-radius);
    color: var(--ink-3);
  }
  .pin:hover {
    border-color: var(--edge);
  }
  .thumb {
    width: 64px;
    height: 36px;
    fill: none;
    stroke-width: 1.25;
  }
  .thumb path {
    stroke: var(--lane);
    vector-effect: non-scaling-stroke;
  }
  .acts {
    white-space: nowrap;
    padding-right: 12px;
    text-align: right;
  }
  .acts .row {
    gap: 12px;
    justify-content: flex-end;
    margin-top: -3px;
  }
  .acts .icon {
    width: 14px;
    height: 14px;
  }
  .acts .square {
    width: 24px;
    height: 24px;
  }
  [aria-current] {
    background: var(--sub);
  }
  @media (max-width: 1199px) {
    .name {
      width: 150px;
    }
    .changed {
      max-width: 160px;
    }
    .cell-loss {
      display: none;
    }
  }
  @media (max-width: 899px) {
    table,
    tbody {
      display: block;
    }
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    tbody tr {
      display: grid;
      grid-template-columns: repeat(3, 1fr);
      gap: 6px 12px;
      padding: 10px 16px 6px;
      border-bottom: 1px solid var(--rule);
      font-size: 13px;
    }
    tbody td,
    tbody th {
      border: 0;
      padding: 0 !important;
      min-width: 0;
    }
    td.num {
      text-align: left;
    }
    .lane-of {
      position: static;
      display: inline-block;
      width: auto;
      height: auto;
      min-width: 14px;
      clip-path: none;
      overflow: visible;
      color: var(--lane-text);
      font-weight: 600;
    }
    .cell-pin,
    .cell-name {
      grid-area: 1 / 1 / 2 / -1;
    }
    .cell-pin {
      justify-self: end;
      z-index: 1;
    }
    .name {
      width: calc(100% - 48px);
      height: 44px;
      font-size: 15px;
      margin: 0 0 0 -7px;
    }
    .pin {
      width: 44px;
      height: 44px;
      margin: 0;
    }
    .changed {
      grid-column: 1 / -1;
      max-width: none;
      margin-top: -8px;
    }
    .labeled::before {
      content: attr(data-label);
      display: block;
      color: var(--ink-3);
      font-size: 12px;
      line-height: 16px;
    }
    .cell-verdict {
      grid-column: span 2;
    }
    .cell-lane {
      display: none;
    }
    .acts {
      grid-column: 1 / -1;
    }
    .acts .row {
      margin: 0;
      gap: 24px;
    }
    .acts .square {
      width: 44px;
      height: 44px;
    }
  }
`;
