package org.fieldstream.server.generator.chain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** A Markov chain for any target of the theories it can move. Immutable. */
public final class ChainModel implements Model.Chains {
  private final ChainAlgorithm algorithm;
  private final String generator;

  private ChainModel(ChainAlgorithm algorithm, String generator) {
    this.algorithm = algorithm;
    this.generator = generator;
  }

  /** Hybrid Monte Carlo with the minimum-norm integrator and a fitting trajectory length. */
  public static ChainModel hmc() {
    return new ChainModel(ChainAlgorithm.hmc(), "hmc");
  }

  /** Hybrid Monte Carlo with the leapfrog integrator and trajectories of length 1. */
  public static ChainModel hmcLeapfrog() {
    return new ChainModel(ChainAlgorithm.hmcLeapfrog(), "hmc");
  }

  /** Metropolis-adjusted Langevin. */
  public static ChainModel mala() {
    return new ChainModel(ChainAlgorithm.mala(), "mala");
  }

  /** Unadjusted Langevin; its states carry the bias of a finite step. */
  public static ChainModel langevin() {
    return new ChainModel(ChainAlgorithm.langevin(), "langevin");
  }

  /** Embedded sign clusters and short trajectories in turns. */
  public static ChainModel cluster() {
    return new ChainModel(ChainAlgorithm.cluster(), "cluster");
  }

  /** Local updates of gauge links. */
  public static ChainModel local() {
    return new ChainModel(ChainAlgorithm.local(), "local");
  }

  /** Trajectories and proposals of the neighbouring topological sector in turns. */
  public static ChainModel winding() {
    return new ChainModel(ChainAlgorithm.winding(), "winding");
  }

  /** All of them. */
  public static List<Model> all() {
    return List.of(cluster(), hmc(), hmcLeapfrog(), langevin(), local(), mala(), winding());
  }

  @Override
  public String id() {
    return algorithm.name();
  }

  @Override
  public String generator() {
    return generator;
  }

  @Override
  public String digest() {
    return Digest.sha256(algorithm.fingerprint());
  }

  @Override
  public @Nullable Target target() {
    return null;
  }

  @Override
  public Set<Exactness> exactness() {
    return Set.of(algorithm.exactness());
  }

  @Override
  public Map<String, String> facts() {
    return Map.of(
        "description", algorithm.description(), "theory", String.join(", ", algorithm.theories()));
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    Dynamics theory = algorithm.theory(requested);
    return new Target(theory.name(), theory.extents(), theory.couplings());
  }

  @Override
  public long bytes(Target target) {
    return LatticeChains.bytes(algorithm.theory(target), algorithm);
  }

  @Override
  public ChainSource open(Target target, long seed, Machine machine) {
    return new LatticeChains(algorithm.theory(target), algorithm, seed, null, machine);
  }

  /**
   * Opens chains that are thermal from the start: a service's streams never are these, for their
   * states would be a function of the start too.
   *
   * @param start is asked for two configurations a chain before {@link ChainSource#thermalise} is
   *     over, and for one more with each {@link StartedChains#startOver}
   * @throws IllegalArgumentException for an algorithm that leaves exp(-S) only nearly as it is
   */
  public StartedChains open(Target target, long seed, ChainStart start, Machine machine) {
    if (!algorithm.isAdjusted()) {
      throw new IllegalArgumentException(
          "start: for " + id() + " (expected: an algorithm that is exact)");
    }
    return new LatticeChains(algorithm.theory(target), algorithm, seed, start, machine);
  }
}
