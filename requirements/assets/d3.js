// The parts of D3 that statement/assets/charts.js uses; `make assets` bundles them into one file.
export { bisectCenter } from "d3-array";
export { axisBottom, axisLeft } from "d3-axis";
export { scaleLinear, scaleSqrt, scaleUtc } from "d3-scale";
export { select } from "d3-selection";
export { area, line } from "d3-shape";
