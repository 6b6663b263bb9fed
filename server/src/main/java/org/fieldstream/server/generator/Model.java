package org.fieldstream.server.generator;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be subscribed to: a trained model with its own target, or a Markov chain for
 * any target.
 */
public sealed interface Model permits Model.Draws, Model.Chains {
  /** What ids look like: they are directories, labels of metrics and words of a command line. */
  Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  /** Model id, for example {@code phi4-continuous-8x8} or {@code hmc}. */
  String id();

  /**
   * Generator kind: {@code continuous-flow}, {@code affine-flow}, {@code diffusion}, {@code
   * gaussian}, {@code exact}, {@code cluster}, {@code hmc}, {@code langevin}, {@code local}, {@code
   * mala}, {@code winding}.
   */
  String generator();

  /**
   * SHA-256 (lower-case hex) over all that decides the draws: architecture and weights, or
   * algorithm and version.
   */
  String digest();

  /** The target of a trained model; null where the request must name one. */
  @Nullable Target target();

  /** Kinds of exactness this model can give. */
  Set<Exactness> exactness();

  /**
   * Facts for the registry, such as measured ESS and the training command; printable values by key.
   */
  Map<String, String> facts();

  /**
   * Checks a requested target and fills in what it leaves out.
   *
   * @param requested the request's target; null where the request has none
   * @throws BadTargetException naming the field at fault and the remedy
   */
  Target resolve(@Nullable Target requested);

  /** A model of independent draws. */
  non-sealed interface Draws extends Model {
    /**
     * Proposals that a Metropolis chain on these draws makes before its state 0, see {@link
     * BurnIn}; part of what the digest stands for.
     */
    int burnIn();

    /** Opens a source for a resolved target on a machine. */
    DrawSource open(Target target, Machine machine);

    /**
     * Whether draws come with their log q; where not, it is NaN in their batches, and the model
     * offers neither METROPOLIS nor REWEIGHT.
     */
    default boolean hasLogDensity() {
      return true;
    }

    /**
     * Strengths of the noise at which draws can be seen on their way out of it, from most to 0;
     * none for a model that does not make its draws of noise.
     *
     * @param target a resolved target
     */
    default double[] noiseLevels(Target target) {
      return new double[0];
    }

    /**
     * Opens a source of the same draws as {@link #open}, bit for bit, whose batches have them at
     * the wanted {@link #noiseLevels} too: {@link DrawSource#draw(long[], long[], int,
     * java.util.BitSet)}.
     *
     * @throws UnsupportedOperationException where there are no such levels
     */
    default DrawSource openDenoising(Target target, Machine machine) {
      throw new UnsupportedOperationException(
          "model " + id() + ": no noise (expected: a diffusion model)");
    }

    /**
     * Whether log q of any given field can be evaluated; where not, there is no density to open.
     */
    default boolean hasDensity() {
      return false;
    }

    /**
     * Opens the density of the draws for a resolved target on a machine.
     *
     * @throws UnsupportedOperationException where {@link #hasDensity} is false
     */
    default DensitySource openDensity(Target target, Machine machine) {
      throw new UnsupportedOperationException(
          "model " + id() + ": no density at given fields (expected: a model that has one)");
    }
  }

  /** A Markov chain. */
  non-sealed interface Chains extends Model {
    /**
     * About how many bytes of memory the chains of one stream take, on any machine.
     *
     * @param target a resolved target
     */
    long bytes(Target target);

    /** Opens chains for a resolved target and a stream seed on a machine. */
    ChainSource open(Target target, long seed, Machine machine);
  }
}
