package org.fieldstream.server.generator.flow;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** A trained flow for one target, or for a range of one of its couplings. Immutable. */
public final class FlowModel implements Model.Draws {
  /** Generator kind of all flows but those that say otherwise, see {@link FlowShape#generator}. */
  public static final String GENERATOR = "continuous-flow";

  private final String id;
  private final FlowShape shape;
  private final Target target;
  private final double[] theta;
  private final String digest;
  private final Map<String, String> facts;
  private final boolean exact;
  private final int burnIn;

  /**
   * A model.
   *
   * @param theta trained values; copied
   * @param digest SHA-256 over shape, target and weights, and over the burn-in
   * @param facts facts for the registry
   * @param exact whether log q is exact; otherwise the model's streams are labelled RAW
   * @param burnIn proposals before state 0 of a Metropolis chain
   */
  public FlowModel(
      String id,
      FlowShape shape,
      Target target,
      double[] theta,
      String digest,
      Map<String, String> facts,
      boolean exact,
      int burnIn) {
    this.id = id;
    this.shape = shape;
    this.target = target;
    this.theta = theta.clone();
    this.digest = digest;
    this.facts = Map.copyOf(facts);
    this.exact = exact;
    this.burnIn = burnIn;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String generator() {
    return shape.generator();
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public Target target() {
    return target;
  }

  /** The flow's architecture. */
  public FlowShape shape() {
    return shape;
  }

  /** The trained values; a copy. */
  public double[] theta() {
    return theta.clone();
  }

  @Override
  public Set<Exactness> exactness() {
    return exact
        ? EnumSet.of(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW)
        : EnumSet.of(Exactness.RAW);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    if (requested == null) {
      return target;
    }
    if (!requested.theory().isEmpty() && !requested.theory().equals(target.theory())) {
      throw new BadTargetException(
          "theory",
          requested.theory()
              + " (expected: "
              + target.theory()
              + ", the theory of model "
              + id
              + ")");
    }
    if (!requested.extents().isEmpty() && !requested.extents().equals(target.extents())) {
      throw new BadTargetException(
          "extents",
          label(requested) + " (expected: " + label(target) + ", the lattice of model " + id + ")");
    }
    Map<String, Double> couplings = new TreeMap<>(target.couplings());
    for (Map.Entry<String, Double> coupling : new TreeMap<>(requested.couplings()).entrySet()) {
      Double own = target.couplings().get(coupling.getKey());
      if (shape.spans(coupling.getKey(), coupling.getValue())) {
        couplings.put(coupling.getKey(), coupling.getValue());
      } else if (own == null || own.doubleValue() != coupling.getValue()) {
        throw new BadTargetException(
            "couplings." + coupling.getKey(),
            coupling.getValue()
                + " (expected: "
                + new TreeMap<>(target.couplings())
                + ", the couplings of model "
                + id
                + shape.spanned()
                + ")");
      }
    }
    return new Target(target.theory(), target.extents(), couplings);
  }

  private static String label(Target target) {
    return target.extents().stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  @Override
  public int burnIn() {
    return burnIn;
  }

  @Override
  public DrawSource open(Target resolved, Machine machine) {
    FlowTheory theory = FlowTheory.of(resolved);
    return FlowSource.of(shape.on(theory), theory, theta, machine);
  }

  @Override
  public double[] noiseLevels(Target resolved) {
    DenoisingFlow flow = shape.denoising(FlowTheory.of(resolved));
    return flow == null ? new double[0] : flow.noiseLevels(theta);
  }

  @Override
  public DrawSource openDenoising(Target resolved, Machine machine) {
    FlowTheory theory = FlowTheory.of(resolved);
    DenoisingFlow flow = shape.denoising(theory);
    return flow == null
        ? Model.Draws.super.openDenoising(resolved, machine)
        : FlowSource.watching(flow, theory, theta, machine);
  }

  @Override
  public boolean hasDensity() {
    return exact && shape.hasInverse();
  }

  /** In double, on no machine: what draws are judged against has to be better than they are. */
  @Override
  public DensitySource openDensity(Target resolved, Machine machine) {
    if (!hasDensity()) {
      return Model.Draws.super.openDensity(resolved, machine);
    }
    FlowTheory theory = FlowTheory.of(resolved);
    return new FlowDensity(shape.on(theory), theory::variable, theta);
  }
}
