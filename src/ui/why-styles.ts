import { css } from "lit";

export const whyStyles = css`
  .equation {
    font-size: 15px;
    line-height: 20px;
    margin: 6px 0 10px;
  }
  .equation + .equation {
    margin-top: -6px;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 12px;
    line-height: 16px;
  }
  th {
    text-align: left;
    color: var(--ink-3);
    font-weight: 400;
    padding: 3px 0;
  }
  td,
  tbody th {
    border-top: 1px solid var(--rule);
    padding: 0;
    height: 24px;
  }
  td + td {
    padding-left: 6px;
  }
  tbody th {
    color: var(--ink);
  }
  .number-cell {
    text-align: right;
    padding-right: 8px;
  }
  td:last-child,
  th:last-child {
    text-align: right;
  }
  td.off {
    color: var(--ink-3);
  }
  math {
    font-family: var(--math);
    font-size: 15px;
    display: block math;
    width: max-content;
  }
  .rule {
    display: flex;
    gap: 8px;
  }
  .rule math {
    font-size: 14px;
    line-height: 22px;
  }
  .criteria th:not(:first-child),
  .criteria td:not(:first-child) {
    text-align: right;
    padding-left: 6px;
  }
  .guide {
    margin: 6px 0;
    text-wrap: pretty;
  }
  .open {
    margin: 6px 0;
    text-wrap: pretty;
  }
  .levels {
    display: flex;
    gap: 14px;
    margin: 4px 0 6px;
    flex-wrap: wrap;
    font-size: 12px;
  }
  .levels button {
    color: var(--ink-3);
    min-height: 24px;
    border-bottom: 2px solid transparent;
  }
  .levels [aria-checked="true"] {
    color: var(--ink);
    border-color: var(--ink);
  }
  .levels b {
    font-weight: 400;
  }
  .levels [aria-checked="true"] b {
    font-weight: 600;
  }
  .pick {
    cursor: pointer;
  }
  .pick button {
    width: 100%;
    min-height: 100%;
    text-align: left;
  }
  .pick:hover {
    background: var(--sub);
  }
  .picked {
    outline: 1.5px solid var(--ink);
    outline-offset: 3px;
    border-radius: 1px;
  }
  .picked button {
    font-weight: 600;
  }
  .under td {
    color: var(--ink-2);
  }
  .pair {
    margin: 14px 0 10px;
  }
  .pair th:not(:first-child),
  .pair td:not(:first-child) {
    width: 44px;
    text-align: right;
  }
  .remark {
    text-wrap: pretty;
    margin-bottom: 4px;
  }
  .links {
    gap: 16px;
  }
  a.link {
    display: inline-flex;
    align-items: center;
    line-height: 24px;
  }
  @media (max-height: 840px) and (min-width: 900px) {
    td,
    tbody th {
      height: 22px;
    }
  }
`;
