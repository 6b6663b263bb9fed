package org.fieldstream.server.generator.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.SpectralOrbits;

/**
 * Where the values of a score are in theta. What the ensemble fixes: the spectrum, the range of the
 * noise, the wells of the magnetisation, the frequencies, in the broken phase the mean. What
 * training finds: the weights of all {@link #features()} features, for each Chebyshev polynomial.
 */
public final class ScoreParameters {
  /** Linear features: functions of the momentum that multiply the field. */
  public static final int LINEAR = 6;

  private final SpectralOrbits orbits;
  private final ScoreShape shape;
  private final Lattice lattice;

  /** The values of a score of the given shape on a lattice. */
  public ScoreParameters(Lattice lattice, ScoreShape shape) {
    this.orbits = new SpectralOrbits(lattice);
    this.shape = shape;
    this.lattice = lattice;
  }

  /** The shape. */
  public ScoreShape shape() {
    return shape;
  }

  /** The lattice. */
  Lattice lattice() {
    return lattice;
  }

  /** The momenta's orbits. */
  public SpectralOrbits orbits() {
    return orbits;
  }

  /** V. */
  public int sites() {
    return lattice.sites();
  }

  /** log G_k of each orbit. */
  public int spectrum() {
    return 0;
  }

  /** log of the largest noise's variance; log of the variance below which noise counts little. */
  public int noise() {
    return orbits.size();
  }

  /**
   * log of the variance within each well: the zero mode sqrt(V) m is taken to be near a mixture of
   * two Gaussians of this variance at M and -M, M^2 being what is missing of G_0.
   */
  public int well() {
    return noise() + 2;
  }

  /** Frequencies of the sines, for a filtered field of variance 1. */
  public int frequency() {
    return well() + 1;
  }

  /** Weights {@code [mode][feature]}. */
  public int weight() {
    return frequency() + shape.sines();
  }

  /**
   * Features of the residual score: those of the sines, filter by filter and shift by shift, then
   * {@link #LINEAR} linear ones, then the zero mode's: the wells', or a constant in the broken
   * phase.
   */
  public int features() {
    return shape.widths().size() * shape.phase().shifts().length * shape.sines() + LINEAR + 1;
  }

  /** The mean of folded fields at a site; in the broken phase only. */
  public int mean() {
    return weight() + shape.modes() * features();
  }

  /** Number of all values. */
  public int size() {
    return mean() + (shape.phase() == Phase.BROKEN ? 1 : 0);
  }

  /** As tensors of the model file. */
  public List<Flow.Tensor> tensors() {
    List<Flow.Tensor> tensors = new ArrayList<>();
    tensors.add(new Flow.Tensor("score.spectrum", List.of(orbits.size()), spectrum()));
    tensors.add(new Flow.Tensor("score.noise", List.of(2), noise()));
    tensors.add(new Flow.Tensor("score.well", List.of(1), well()));
    tensors.add(new Flow.Tensor("score.frequency", List.of(shape.sines()), frequency()));
    tensors.add(new Flow.Tensor("score.weight", List.of(shape.modes(), features()), weight()));
    if (shape.phase() == Phase.BROKEN) {
      tensors.add(new Flow.Tensor("score.mean", List.of(1), mean()));
    }
    return tensors;
  }
}
