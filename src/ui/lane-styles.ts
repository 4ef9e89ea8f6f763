/** Layout of a lane's two pictures, shared with the phone's overlay. */
import { css } from "lit";

export const laneStyles = css`
  .part {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-top: 14px;
    height: 20px;
    white-space: nowrap;
    font-size: 12px;
    line-height: 16px;
  }
  .part .push {
    color: var(--ink-2);
  }
  .legend {
    display: inline-flex;
    align-items: center;
    gap: 12px;
    margin-left: 4px;
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 5px;
  }
  .legend i {
    width: 9px;
    height: 11px;
    display: block;
  }
  .legend .data {
    border: 1px solid var(--data);
  }
  .legend .learned {
    background: var(--lane);
  }
  .legend .theory {
    width: 13px;
    height: 5px;
    border: 1.25px solid var(--ink);
  }
  .legend .guide {
    width: 13px;
    height: 9px;
    border: 1px dashed var(--ink-3);
    border-bottom: 0;
  }
  .levels {
    display: flex;
    gap: 12px;
    align-self: stretch;
  }
  .levels button {
    color: var(--ink-3);
    position: relative;
    white-space: nowrap;
  }
  .levels b {
    font-weight: 400;
  }
  .levels [aria-checked="true"] {
    color: var(--ink);
  }
  .levels [aria-checked="true"] b {
    font-weight: 600;
  }
  .levels [aria-checked="true"]::after {
    content: "";
    position: absolute;
    inset: auto 0 -2px;
    height: 2px;
    background: var(--ink);
  }
  .remark {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    margin-top: 2px;
  }
  .remark .row {
    display: inline;
  }
  .remark .ink {
    color: var(--ink);
    font-weight: 400;
  }
  .box {
    min-height: 0;
    position: relative;
  }
  .box > svg {
    position: absolute;
    inset: 0;
  }
  .numbers {
    border-collapse: collapse;
    table-layout: fixed;
    width: 100%;
    font-size: var(--axis-size);
    line-height: 14px;
    color: var(--ink-3);
  }
  .numbers td,
  .numbers th {
    font-weight: 400;
    padding: 1px 0;
    height: 16px;
    text-align: center;
  }
  .numbers th:first-child {
    text-align: left;
    white-space: nowrap;
  }
  .numbers col:first-child {
    width: 44px;
  }
  .numbers .math {
    font-size: 13px;
  }
  .numbers sub {
    font-size: 9px;
  }
  .numbers .ink td {
    color: var(--ink);
  }
  .numbers .picked {
    font-weight: 600;
    color: var(--ink);
  }
  .numbers .lane-text td,
  .numbers .lane-text th {
    color: var(--lane-text);
  }
  .handle {
    cursor: ns-resize;
    touch-action: none;
  }
  .handle .plate {
    fill: var(--ink);
  }
  .picture .handle text {
    fill: var(--bg);
    font-weight: 600;
  }
  .picture .greek {
    font: italic 400 13px var(--math);
  }
  .handle path {
    stroke: var(--bg);
    fill: none;
    stroke-width: 1.5;
  }
  .handle:focus-visible {
    outline: none;
  }
  .ring {
    fill: none;
    stroke: none;
    stroke-width: 2;
  }
  .handle:focus-visible .ring {
    stroke: var(--ink);
  }
`;

/** A lane on its own. */
export const oneLaneStyles = css`
  :host {
    container-type: inline-size;
  }
  .row > .detail {
    flex-shrink: 1000;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  section {
    height: 100%;
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  h2 {
    font-size: 15px;
    line-height: 20px;
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
  }
  h2 .title {
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  h2 .soft {
    font-weight: 400;
    font-size: 13px;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font-size: 12px;
    line-height: 16px;
    white-space: nowrap;
  }
  .chip .icon {
    width: 14px;
    height: 14px;
  }
  .modes {
    flex: 1.2 1 0;
  }
  .units {
    flex: 1 1 0;
  }
  .rotate {
    gap: 5px;
    min-height: 20px;
  }
  .rotate .icon {
    width: 12px;
    height: 12px;
  }
  @media (max-height: 840px) and (min-width: 900px) {
    .part {
      margin-top: 8px;
    }
  }
  .part .keep {
    color: var(--ink-2);
    margin-left: 4px;
  }
  /* Said aloud at any width. */
  @container (max-width: 520px) {
    .chip .rest {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  }
  @container (max-width: 400px) {
    .detail:not(.keep, .guided),
    .guided > :not(.keep) {
      display: none;
    }
  }
  /* Whose prediction is drawn is said at any width; the count is in the story too. */
  @container (max-width: 300px) {
    .guided ~ .push {
      display: none;
    }
  }
  @media (max-width: 899px) {
    section {
      height: auto;
    }
    .modes {
      flex: none;
      height: 190px;
    }
    .units {
      flex: none;
      height: 140px;
    }
    .part {
      font-size: 13px;
    }
    .rotate {
      min-height: 44px;
    }
    .levels button {
      min-height: 44px;
      align-self: center;
    }
    .levels [aria-checked="true"]::after {
      inset: auto 0 6px;
    }
  }
`;
