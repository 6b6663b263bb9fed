package org.fieldstream.server.generator.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** The path that a diffusion model of phi^4 allows: to its own target only. Immutable. */
public final class ScorePaths implements AnnealedPaths {
  /** Behind the id of the flow: adjusted at every level. */
  public static final String ADJUSTED = "-maala";

  /** Facts of a model file about annealed draws: ESS/N, its draws, burn-in, level by level. */
  public static final String ESS = "annealed_ess_fraction";

  public static final String SAMPLES = "annealed_sample_count";
  public static final String CHAIN_ACCEPTANCE = "annealed_acceptance";
  public static final String BURN_IN = "annealed_burn_in";
  public static final String ACCEPTANCE = "annealed_acceptance_by_level";

  private final FlowModel flow;
  private final ScoreShape shape;
  private final ScorePath.Plan plan;

  private ScorePaths(FlowModel flow, ScoreShape shape, ScorePath.Plan plan) {
    this.flow = flow;
    this.shape = shape;
    this.plan = plan;
  }

  /** The annealed samplers of a model's weights: none where it is no diffusion model. */
  public static List<AnnealedModel> models(FlowModel flow) {
    if (!(flow.shape() instanceof ScoreShape shape)) {
      return List.of();
    }
    Map<String, String> facts = new TreeMap<>();
    flow.facts()
        .forEach(
            (key, value) -> {
              if (key.startsWith("architecture.")
                  || key.startsWith("training_")
                  || key.startsWith("annealed_")) {
                facts.put(key, value);
              }
            });
    rename(facts, ESS, "ess_fraction");
    rename(facts, SAMPLES, "sample_count");
    rename(facts, CHAIN_ACCEPTANCE, "acceptance");
    int burnIn = burnIn(facts.remove(BURN_IN));
    facts.put("burn_in", String.valueOf(burnIn));
    ScorePath.Plan plan = ScorePath.Plan.of(shape, flow.target(), flow.theta());
    facts.put("sampler", plan.toString());
    return new ArrayList<>(
        AnnealedModel.both(
            flow.id() + ADJUSTED,
            flow.id() + AnnealedModel.LANGEVIN,
            new ScorePaths(flow, shape, plan),
            plan + "|" + flow.digest() + "|" + burnIn,
            facts,
            burnIn));
  }

  private static void rename(Map<String, String> facts, String from, String to) {
    String value = facts.remove(from);
    if (value != null) {
      facts.put(to, value);
    }
  }

  private static int burnIn(@Nullable String noted) {
    try {
      int known = noted == null ? BurnIn.MOST : Integer.parseInt(noted);
      return Math.max(1, Math.min(BurnIn.MOST, known));
    } catch (NumberFormatException e) {
      return BurnIn.MOST; // nobody measured it
    }
  }

  @Override
  public Target target() {
    return flow.target();
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    return flow.resolve(requested);
  }

  @Override
  public AnnealedPath to(Target resolved) {
    return new ScorePath(Phi4.of(resolved), shape, flow.theta(), plan);
  }
}
