/** Graphs with a value on each node and, if wanted, on each edge. */
import type { Stream } from '../../random.js';
import { dtypeOf, isFloat, isNumbers } from './dtype.js';
import { kindOf } from './kind-of.js';
import { biasList, biasOf, partOptions } from './masks.js';
import { numbersFromJson } from './nested.js';
import { concatenate, iterate, rowsIn } from './operations.js';
import { drawWhole, ownStream } from './own-stream.js';
import { checkSpace } from './parts.js';
import type { BatchOf, Numbers, SampleOptions, Space } from './space.js';
import { inList } from './storage.js';
import { tuple } from './tuple.js';

/** Nodes and edges are batches of their spaces; edge k leads from node `edgeLinks[2 k]` to node `edgeLinks[2 k + 1]`. */
export interface GraphValue<N = Numbers, E = Numbers> {
  readonly nodes: N;
  readonly edges: E | null;
  readonly edgeLinks: Int32Array | null;
}

export interface GraphSampleOptions extends SampleOptions {
  /** Nodes [10]. */
  readonly nodes?: number;
  /** Edges [uniform from 0 to below nodes × (nodes − 1)]. */
  readonly edges?: number;
}

export interface GraphSpace<N = Numbers, E = Numbers> extends Space<GraphValue<N, E>, GraphValue<N, E>[]> {
  readonly type: 'Graph';
  readonly node: Space;
  /** null: edges have no values, and there are none. */
  readonly edge: Space | null;
  sample(options?: GraphSampleOptions): GraphValue<N, E>;
}

const isGraph = (space: Space): space is GraphSpace => space.type === 'Graph';

const NODES = 10;

function checkRows(space: unknown, what: string): void {
  checkSpace(space, what);
  if (!isNumbers(space.createBatch(1)))
    throw new Error(`${what}: expected a space of numbers (Box, Discrete, MultiDiscrete, MultiBinary), got ${space}`);
}

/**
 * All graphs. A mask is [mask of a node or null, mask of an edge or null], a probability likewise.
 * @throws Error unless nodes and edges are of spaces whose batches are typed arrays
 */
export function graph<N extends Space, E extends Space | null = null>(
  node: N,
  edge: E = null as E,
): GraphSpace<BatchOf<N>, BatchOf<E>> {
  checkRows(node, 'Graph: nodes');
  if (edge !== null) checkRows(edge, 'Graph: edges');
  return graphOf(node, edge) as unknown as GraphSpace<BatchOf<N>, BatchOf<E>>;
}

/** @throws Error unless it is a whole number ≥ least */
function checkCount(n: number, least: number, what: string): number {
  if (Number.isInteger(n) && n >= least) return n;
  throw new Error(`${what}: expected a whole number ≥ ${least}, got ${kindOf(n)}`);
}

const drawEdges = (random: Stream, nodes: number): number =>
  nodes > 1 ? drawWhole(random, 0, nodes * (nodes - 1) - 1) : 0;

/** Rows of a batch whose members are all in the space; null otherwise. */
function members(space: Space, batch: unknown): number | null {
  const rows = rowsIn(space, batch);
  return rows !== null && iterate(space, batch).every((x) => space.contains(x)) ? rows : null;
}

const convert = (from: Space, batch: unknown, to: Space, map: (x: unknown) => unknown): Numbers =>
  concatenate(to, iterate(from, batch).map(map)) as Numbers;

function graphOf(node: Space, edge: Space | null): GraphSpace {
  const own = ownStream();

  const self: GraphSpace = {
    type: 'Graph',
    shape: null,
    dtype: null,
    node,
    edge,
    seed(seed) {
      own.seed(seed);
      node.seed(`${seed}/node`);
      edge?.seed(`${seed}/edge`);
    },
    sample(options: GraphSampleOptions = {}) {
      const random = own.of(options);
      const bias = biasOf(options, 'Graph');
      const [ofNode, ofEdge] = bias ? biasList(bias, 2, self) : [null, null];
      const draw = (space: Space, n: number, told: unknown): Numbers =>
        concatenate(
          space,
          Array.from({ length: n }, () => space.sample(partOptions(bias, told, random))),
        ) as Numbers;
      const count = checkCount(options.nodes ?? NODES, 1, `${self}: nodes`);
      const nodes = draw(node, count, ofNode);
      const links = checkCount(options.edges ?? (edge ? drawEdges(random, count) : 0), 0, `${self}: edges`);
      if (links > 0 && !edge) throw new Error(`${self}: edges have no space, so there can be none, asked for ${links}`);
      if (!edge || links === 0) return { nodes, edges: null, edgeLinks: null };
      const edges = draw(edge, links, ofEdge);
      return { nodes, edges, edgeLinks: Int32Array.from({ length: 2 * links }, () => drawWhole(random, 0, count - 1)) };
    },
    contains(x): x is GraphValue {
      if (typeof x !== 'object' || x === null) return false;
      const { nodes, edges, edgeLinks } = x as Partial<GraphValue>;
      const count = members(node, nodes);
      if (count === null) return false;
      if (edges === null && edgeLinks === null) return true;
      const its = dtypeOf(edgeLinks);
      if (!edge || !edgeLinks || !its || isFloat(its)) return false;
      return edgeLinks.length / 2 === members(edge, edges) && edgeLinks.every((end) => end >= 0 && end < count);
    },
    equals: (other) =>
      isGraph(other) && node.equals(other.node) && (edge && other.edge ? edge.equals(other.edge) : edge === other.edge),
    toString: () => `Graph(${node}, ${edge ?? 'None'})`,
    toJSON: () => ({ type: 'Graph', node: node.toJSON(), edge: edge?.toJSON() ?? null }),
    valueToJson: ({ nodes, edges, edgeLinks }) => ({
      nodes: iterate(node, nodes).map((x) => node.valueToJson(x)),
      edges: edge && edges ? iterate(edge, edges).map((x) => edge.valueToJson(x)) : null,
      edgeLinks: edgeLinks && Array.from(edgeLinks),
    }),
    valueFromJson(json) {
      const { nodes, edges, edgeLinks } = (json ?? {}) as Record<string, unknown>;
      if (!Array.isArray(nodes)) throw new Error(`a value of ${self}: expected { nodes: […], … }, got ${kindOf(json)}`);
      const read = (space: Space, items: unknown[]): Numbers =>
        concatenate(
          space,
          items.map((x) => space.valueFromJson(x)),
        ) as Numbers;
      if (!edge || !Array.isArray(edges)) return { nodes: read(node, nodes), edges: null, edgeLinks: null };
      const ends = numbersFromJson(edgeLinks, [2 * edges.length], self);
      return { nodes: read(node, nodes), edges: read(edge, edges), edgeLinks: Int32Array.from(ends) };
    },
    flatSize: null,
    flatSpace: () => graphOf(node.flatSpace(), edge?.flatSpace() ?? null),
    flatten: ({ nodes, edges, edgeLinks }) => ({
      nodes: convert(node, nodes, node.flatSpace(), node.flatten),
      edges: edge && edges && convert(edge, edges, edge.flatSpace(), edge.flatten),
      edgeLinks,
    }),
    unflatten(flat) {
      const { nodes, edges, edgeLinks } = flat as GraphValue;
      return {
        nodes: convert(node.flatSpace(), nodes, node, node.unflatten),
        edges: edge && edges && convert(edge.flatSpace(), edges, edge, edge.unflatten),
        edgeLinks,
      };
    },
    batchSpace: (n) => tuple(new Array<GraphSpace>(n).fill(self)) as unknown as Space<GraphValue[]>,
    ...inList(
      (): GraphValue => ({
        nodes: node.createBatch(1) as Numbers,
        edges: (edge?.createBatch(1) ?? null) as Numbers | null,
        edgeLinks: edge && new Int32Array(2),
      }),
    ),
  };
  return self;
}
