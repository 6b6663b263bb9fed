package org.fieldstream.server.generator.diffusion;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * A diffusion model sampled with noise: the same weights as a probability flow's, another sampler,
 * another id. Its draws have no log q, so they cannot be corrected afterwards, and are labelled for
 * what they are. Immutable.
 */
public final class AnnealedModel implements Model.Draws {
  /** Raised whenever the draws change. */
  private static final String VERSION = "annealed 1";

  private final FlowModel flow;
  private final ScoreShape shape;
  private final AnnealedShape how;
  private final String name;

  private AnnealedModel(FlowModel flow, ScoreShape shape, AnnealedShape how, String name) {
    this.flow = flow;
    this.shape = shape;
    this.how = how;
    this.name = name;
  }

  /** The samplers that a model's weights allow: none where it is no diffusion model. */
  public static List<Model> of(FlowModel flow) {
    return flow.shape() instanceof ScoreShape shape
        ? List.of(
            new AnnealedModel(flow, shape, AnnealedShape.LANGEVIN, "langevin"),
            new AnnealedModel(flow, shape, AnnealedShape.ADJUSTED, "maala"))
        : List.of();
  }

  /** The flow's, with {@code -langevin} or {@code -maala} behind it. */
  @Override
  public String id() {
    return flow.id() + "-" + name;
  }

  @Override
  public String generator() {
    return ScoreShape.GENERATOR;
  }

  @Override
  public String digest() {
    return Digest.sha256(VERSION + "|" + how + "|" + flow.digest());
  }

  @Override
  public Target target() {
    return flow.target();
  }

  /** RAW; LANGEVIN_ADJUSTED where the last steps are decided by the action. */
  @Override
  public Set<Exactness> exactness() {
    return Set.of(how.adjusted() > 0 ? Exactness.LANGEVIN_ADJUSTED : Exactness.RAW);
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    flow.facts()
        .forEach(
            (key, value) -> {
              if (key.startsWith("architecture.") || key.startsWith("training_")) {
                facts.put(key, value);
              }
            });
    facts.put(
        "description",
        "weights of "
            + flow.id()
            + ", annealed Langevin with a predictor"
            + (how.adjusted() > 0 ? ", the last steps adjusted by the action" : ""));
    facts.put("sampler", how.toString());
    return Map.copyOf(facts);
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    return flow.resolve(requested);
  }

  @Override
  public int burnIn() {
    return flow.burnIn(); // of no consequence: no Metropolis chain is made of these draws
  }

  @Override
  public boolean hasLogDensity() {
    return false;
  }

  @Override
  public DrawSource open(Target resolved, Machine machine) {
    return new AnnealedSource(Phi4.of(resolved), shape, how, flow.theta(), machine);
  }
}
