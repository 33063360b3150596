/** The form in which a client wants an answer. */
export type Representation = "object" | "table" | "metadata" | "metadataList" | "discovery";

/** One entry of an Accept header. */
interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The first acceptable form of an Accept header; `undefined` when none is JSON (406). */
export function representationOf(accept: string | undefined): Representation | undefined {
  const ranges = parseAccept(accept ?? "*/*");
  for (const { type, parameters } of ranges) {
    if (
      ![
        "application/json",
        "*/*",
        "application/*",
        "application/yaml",
        "application/json;stream=watch",
      ].includes(type)
    )
      continue;
    switch (parameters.get("as")) {
      case undefined:
        return "object";
      case "Table":
        return "table";
      case "PartialObjectMetadata":
        return "metadata";
      case "PartialObjectMetadataList":
        return "metadataList";
      case "APIGroupDiscoveryList":
        if (parameters.get("v") === "v2") return "discovery";
    }
  }
  return undefined;
}

/** The bare media type of a Content-Type header. */
export function contentTypeOf(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function parseAccept(header: string): readonly MediaRange[] {
  return header.split(",").map((part) => {
    const [type = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    return {
      type: type.toLowerCase(),
      parameters: new Map(
        parameters.map((text) => {
          const equals = text.indexOf("=");
          return [text.slice(0, equals), text.slice(equals + 1)] as const;
        }),
      ),
    };
  });
}
