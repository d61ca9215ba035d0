import { scripts } from "./scripts.ts";

/** The model slug that plays a script. */
export function slugOf(script: string): string {
  return `scripted-${script}`;
}

/** Codex's `model_catalog_json` for the scripted models; the fields are those of `codex debug models` in 0.169.0. */
export function modelCatalog() {
  return { models: Object.keys(scripts).map((script) => entry(slugOf(script))) };
}

function entry(slug: string) {
  return {
    slug,
    display_name: slug,
    description: "A scripted model",
    default_reasoning_level: "medium",
    supported_reasoning_levels: [{ effort: "medium", description: "The only one" }],
    shell_type: "unified_exec",
    visibility: "list",
    supported_in_api: true,
    priority: 1,
    additional_speed_tiers: [],
    service_tiers: [],
    availability_nux: null,
    upgrade: null,
    model_messages: null,
    include_skills_usage_instructions: true,
    include_plugin_usage_instructions: false,
    include_apps_usage_instructions: false,
    default_reasoning_summary: "none",
    support_verbosity: true,
    default_verbosity: "low",
    apply_patch_tool_type: "freeform",
    web_search_tool_type: "text_and_image",
    truncation_policy: { mode: "tokens", limit: 10_000 },
    supports_image_detail_original: true,
    context_window: 272_000,
    max_context_window: 272_000,
    comp_hash: null,
    effective_context_window_percent: 95,
    experimental_supported_tools: [],
    input_modalities: ["text", "image"],
    supports_search_tool: false,
    supports_experimental_context: false,
    use_responses_lite: false,
    supports_reasoning_effort_updates: false,
    node_repl_auto_review_required: false,
    node_repl_disabled: false,
    base_instructions: "You are a scripted model.",
  };
}
