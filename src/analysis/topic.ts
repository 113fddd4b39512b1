/** Topics: the parts an analysis is made of, each with what it reads and what it adds. */

/** What a topic adds: its part of the summary, and results that later topics read. */
export interface Computed<Part, Results> {
  readonly summary: Part;
  readonly results: Results;
}

/** `Needs` are results of earlier topics, and the record and the plan. */
export interface Topic<Needs, Part, Results> {
  readonly name: string;
  // A property, not a method: the compiler then refuses a topic whose needs are not met.
  readonly compute: (run: Needs) => Computed<Part, Results>;
}

/** Topics in an order in which each finds what it needs. `Run`: all that they have computed, the input included. */
export interface Topics<Input, Part, Run> {
  readonly names: readonly string[];
  readonly compute: (input: Input) => Computed<Part, Run>;
  /** The same with one more topic at the end. */
  with<MorePart, Results>(topic: Topic<Run, MorePart, Results>): Topics<Input, Part & MorePart, Run & Results>;
}

/** No topics yet, over an input of this type. */
export function topicsOver<Input>(): Topics<Input, unknown, Input> {
  return chain<Input, unknown, Input>([], (input) => ({ summary: {}, results: input }));
}

function chain<Input, Part, Run>(
  names: readonly string[],
  compute: (input: Input) => Computed<Part, Run>,
): Topics<Input, Part, Run> {
  return {
    names,
    compute,
    with: (topic) =>
      chain([...names, topic.name], (input) => {
        const before = compute(input);
        const added = topic.compute(before.results);
        return {
          summary: { ...before.summary, ...added.summary },
          results: { ...before.results, ...added.results },
        };
      }),
  };
}

/** The summary that topics make together. */
export type PartOf<All extends { readonly compute: (input: never) => Computed<unknown, unknown> }> = ReturnType<
  All['compute']
>['summary'];
