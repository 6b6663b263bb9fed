package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * A diffusion model sampled with noise, level by level, see {@link AnnealedSource}. Immutable.
 *
 * <p>Adjusted, every level's moves are decided by Metropolis (HMC of a few steps; of one it is
 * MALA: "MAALA" of Zhu, Aarts, Wang, Zhou, Wang, arXiv 2502.05504), and draws come with the weight
 * of their way: as they are (RAW) they are near exp(-S) at best, corrected by the weights they are
 * exact. Without decisions the same moves are annealed Langevin of several steps a level, RAW.
 */
public final class AnnealedModel implements Model.Draws {
  /** Behind the id of a model whose moves are not adjusted. */
  public static final String LANGEVIN = "-langevin";

  /** Raised whenever the draws change. */
  private static final String VERSION = "annealed 2";

  private final String id;
  private final AnnealedPaths paths;
  private final boolean adjusted;
  private final String digest;
  private final Map<String, String> facts;
  private final int burnIn;

  private AnnealedModel(
      String id,
      AnnealedPaths paths,
      boolean adjusted,
      String digest,
      Map<String, String> facts,
      int burnIn) {
    this.id = id;
    this.paths = paths;
    this.adjusted = adjusted;
    this.digest = Digest.sha256(VERSION + "|" + adjusted + "|" + digest);
    this.facts = facts;
    this.burnIn = burnIn;
  }

  /**
   * The two models of one score: adjusted, and {@link #LANGEVIN} without.
   *
   * @param id of the adjusted one
   * @param digest of all that decides the paths
   * @param facts for the registry
   * @param burnIn proposals before state 0 of a Metropolis chain
   */
  public static List<AnnealedModel> both(
      String id, AnnealedPaths paths, String digest, Map<String, String> facts, int burnIn) {
    return both(id, id + LANGEVIN, paths, digest, facts, burnIn);
  }

  /** The same, with an id for the one that is not adjusted. */
  static List<AnnealedModel> both(
      String id,
      String langevinId,
      AnnealedPaths paths,
      String digest,
      Map<String, String> facts,
      int burnIn) {
    Map<String, String> adjusted = new TreeMap<>(facts);
    adjusted.put(
        "description",
        "annealed from noise, Metropolis-adjusted at every level, exact by the weights of the ways;"
            + " log q is that of a way, not of its end");
    Map<String, String> langevin = new TreeMap<>(facts);
    langevin.keySet().removeAll(Set.of("ess_fraction", "sample_count", "acceptance"));
    langevin.keySet().removeAll(Set.of("log_weight_variance", "burn_in", "quality_at"));
    // Nothing is decided, and what was certified were the adjusted draws.
    langevin.keySet().removeIf(key -> key.startsWith("annealed_") || key.startsWith("certificate"));
    langevin.put(
        "description",
        "the moves of " + id + ", several leapfrog steps a level, without decisions or weights");
    return List.of(
        new AnnealedModel(id, paths, true, digest, Map.copyOf(adjusted), burnIn),
        new AnnealedModel(langevinId, paths, false, digest, Map.copyOf(langevin), burnIn));
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String generator() {
    return ScoreShape.GENERATOR;
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public Target target() {
    return paths.target();
  }

  @Override
  public Set<Exactness> exactness() {
    return adjusted
        ? Set.of(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW)
        : Set.of(Exactness.RAW);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    return paths.resolve(requested);
  }

  @Override
  public int burnIn() {
    return burnIn;
  }

  @Override
  public boolean hasLogDensity() {
    return adjusted;
  }

  @Override
  public AnnealedSource open(Target resolved, Machine machine) {
    return new AnnealedSource(paths.to(resolved), adjusted, machine);
  }

  /**
   * {@inheritDoc} The state after a level's move stands for the noise of that level, and what the
   * way begins with for the most. Other targets have other levels.
   */
  @Override
  public double[] noiseLevels(Target resolved) {
    AnnealedPath path = paths.to(resolved);
    int[] seen = AnnealedSource.seen(path);
    double[] sigmas = new double[seen.length + 1];
    Arrays.setAll(sigmas, k -> k < seen.length ? path.sigma(seen[k]) : 0);
    return sigmas;
  }

  @Override
  public AnnealedSource openDenoising(Target resolved, Machine machine) {
    return AnnealedSource.watching(paths.to(resolved), adjusted, machine);
  }
}
