package org.fieldstream.server.generator.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.flow.DenoisingFlow;
import org.jspecify.annotations.Nullable;

/**
 * The probability flow of a diffusion model: for a variance-expanding process {@code phi_sigma =
 * phi + sigma xi} the solution of
 *
 * <pre>d phi / d sigma = -sigma d log p_sigma / d phi</pre>
 *
 * has the density p_sigma at every sigma (Song, Sohl-Dickstein, Kingma, Kumar, Ermon, Poole, ICLR
 * 2021, arXiv 2011.13456, section 4.3), so a field drawn at large sigma, where it is Gaussian, and
 * carried to sigma = 0 is a draw of the model, with log q exact up to the integrator's error.
 *
 * <p>In whitened modes {@code y_k = phi_k / sqrt(G_k + sigma^2)} the Gaussian part of the score
 * drops out and what is left is smooth in time, with r, g and the time of {@link NoiseLevel}:
 *
 * <pre>
 * dy_k / dtime = (range / 2) (g + sigma^2) r_k / sqrt(G_k + sigma^2)
 * dlog J / dtime = (range / 2) (g + sigma^2) sum_k d r_k / d phi_k    (closed form: |A_s|^2 sum_x U_s'')
 * </pre>
 *
 * integrated by classical Runge-Kutta steps. In the broken phase all this is for folded fields less
 * their mean, and a sign is drawn at the end: {@link Phase#BROKEN}.
 */
public final class ScoreFlow implements DenoisingFlow {
  private final Lattice lattice;
  private final ScoreShape shape;
  private final ScoreParameters at;

  /** A flow of the given shape on a lattice. */
  public ScoreFlow(Lattice lattice, ScoreShape shape) {
    this.lattice = lattice;
    this.shape = shape;
    at = new ScoreParameters(lattice, shape);
  }

  /** Where the values are. */
  public ScoreParameters parameters() {
    return at;
  }

  @Override
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public List<Tensor> tensors() {
    return at.tensors();
  }

  /** A free field's spectrum, and no residual score: the seed changes nothing. */
  @Override
  public double[] initial(long seed) {
    double[] theta = new double[at.size()];
    double longest = Arrays.stream(lattice.extents()).max().orElseThrow();
    for (int o = 0; o < at.orbits().size(); o++) {
      theta[at.spectrum() + o] = -Math.log(2 * (at.orbits().khat2(o) + 16 / (longest * longest)));
    }
    theta[at.noise()] = Math.log(longest * longest);
    theta[at.well()] = theta[at.spectrum()];
    theta[at.noise() + 1] = -Math.log(16);
    for (int f = 0; f < shape.sines(); f++) {
      theta[at.frequency() + f] = 0.8 * (f + 1);
    }
    return theta;
  }

  /**
   * The flow as it goes.
   *
   * @param whitened modes y at the beginning and after each step
   * @param spectrum sqrt(G_k), which turns the last of them into modes of the field
   * @param mean of folded fields; null in the symmetric phase
   */
  record Path(
      List<Value> whitened,
      Value divergence,
      Value wells,
      Parameter spectrum,
      @Nullable Parameter mean) {}

  @Override
  public Mapped map(ProgramBuilder b, Value z, boolean score) {
    return end(b, path(b, z));
  }

  /** What comes of the flow at its end. */
  Mapped end(ProgramBuilder b, Path path) {
    Value last = path.whitened().get(shape.steps());
    Value phi = Fourier.hartley(b, b.times(last, path.spectrum(), at.orbits().slots()), lattice);
    List<Value> jacobians = new ArrayList<>();
    jacobians.add(b.total(path.divergence()));
    jacobians.add(b.total(path.wells()));
    Parameter mean = path.mean();
    if (mean != null) {
      phi = b.plus(phi, mean, new int[lattice.sites()]);
      jacobians.add(folded(b, phi));
      phi = b.mul(phi, sign(b));
    }
    return new Mapped(phi, jacobians, new ScoreMap(at), null);
  }

  /** +1 or -1, of draw 1 of a program's random numbers: {@code [1][1]}. */
  static Value sign(ProgramBuilder b) {
    Value gate = b.affine(1, b.uniform(1, 1, 1), -0.5);
    return b.affine(2, b.where(gate, b.fill(1, 1, 1)), -1);
  }

  /** 0 where M is positive, elsewhere -infinity, as a sum of a high and a low part. */
  private static Value folded(ProgramBuilder b, Value chi) {
    Value one = b.fill(1, 1, 1);
    Value positive = b.where(b.siteSum(chi), one);
    return b.concat(b.affine(-1, b.div(one, positive), 1), b.fill(0, 1, 1));
  }

  @Override
  public double[] noiseLevels(double[] theta) {
    return WatchedSteps.of(this).sigmas(theta);
  }

  @Override
  public Watched watch(ProgramBuilder b, Value z) {
    return WatchedSteps.of(this).watch(b, z);
  }

  /** Adds the flow to a program; its parameters are those of {@link ScoreMap}. */
  Path path(ProgramBuilder b, Value z) {
    int n = shape.steps();
    Parameter[] step = new Parameter[3 * n];
    for (int i = 0; i < step.length; i++) {
      step[i] = b.parameter("step " + i, 1);
    }
    Drift[] drifts = new Drift[2 * n + 1];
    for (int i = 0; i < drifts.length; i++) {
      drifts[i] = new Drift(b, lattice, at, String.valueOf(i));
    }
    Parameter steady = b.parameter("steady divergence", 1);
    Parameter scale = b.parameter("spectrum", at.orbits().size());
    Parameter mean = shape.phase() == Phase.BROKEN ? b.parameter("mean", 1) : null;
    Parameter one = b.scalar(1);
    Value y = z;
    List<Value> whitened = new ArrayList<>();
    whitened.add(y);
    Value divergence = b.plus(b.fill(0, 1, lattice.sites()), steady, new int[lattice.sites()]);
    Value wells = b.fill(0, 1, 1);
    for (int i = 0; i < n; i++) {
      Parameter half = step[3 * i];
      Parameter sixth = step[3 * i + 1];
      Parameter whole = step[3 * i + 2];
      Drift.Slope k1 = drifts[2 * i].of(b, y);
      Drift.Slope k2 = drifts[2 * i + 1].of(b, b.linear(one, y, half, k1.drift()));
      Drift.Slope k3 = drifts[2 * i + 1].of(b, b.linear(one, y, half, k2.drift()));
      Drift.Slope k4 = drifts[2 * i + 2].of(b, b.linear(one, y, whole, k3.drift()));
      y = b.linear(one, y, sixth, simpson(b, k1.drift(), k2.drift(), k3.drift(), k4.drift()));
      Value d = simpson(b, k1.divergence(), k2.divergence(), k3.divergence(), k4.divergence());
      divergence = b.linear(one, divergence, sixth, d);
      wells =
          b.linear(one, wells, sixth, simpson(b, k1.wells(), k2.wells(), k3.wells(), k4.wells()));
      whitened.add(y);
    }
    return new Path(whitened, divergence, wells, scale, mean);
  }

  /** k1 + 2 k2 + 2 k3 + k4. */
  private static Value simpson(ProgramBuilder b, Value k1, Value k2, Value k3, Value k4) {
    return b.linear(1, b.add(k1, k4), 2, b.add(k2, k3));
  }

  /**
   * Minus log det of the last step, from whitened modes to the field, and log of the sign's 1/2.
   */
  @Override
  public double logScale(double[] theta) {
    double sum = shape.phase() == Phase.BROKEN ? -Math.log(2) : 0;
    for (int o = 0; o < at.orbits().size(); o++) {
      sum -= 0.5 * at.orbits().count(o) * theta[at.spectrum() + o];
    }
    return sum;
  }

  /** None: the spectrum is the ensemble's. */
  @Override
  public void addLogScaleGradient(double[] gradient) {}

  @Override
  public boolean project(double[] theta) {
    return false; // an ODE's flow is invertible; its integrator's error is checked by step doubling
  }

  @Override
  public boolean invertible(double[] theta) {
    return Arrays.stream(theta).allMatch(Double::isFinite)
        && theta[at.well()] <= theta[at.spectrum()];
  }
}
