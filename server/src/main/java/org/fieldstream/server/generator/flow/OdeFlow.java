package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * The continuous flow: a Gaussian with a learned spectrum, then the neural ODE
 *
 * <pre>
 * dphi_x/dt = v_x = sum_o sum_{y in orbit o of x} F_{o,t}(phi_y),  F_{o,t}(phi) = w_{o,0}(t) phi + sum_f w_{o,f}(t) sin(om_f phi)
 * dlog J/dt = sum_x F_{0,t}'(phi_x)
 * </pre>
 *
 * with w(t) in Fourier modes, integrated from 0 to 1 by classical Runge-Kutta steps (after Gerdes,
 * de Haan, Rainone, Bondesan, Cheng, arXiv 2207.00283). Invariant under translations, the
 * hypercubic group and Z2. log q carries the integrator's error.
 */
public final class OdeFlow implements Flow {
  private final Lattice lattice;
  private final OdeShape shape;
  private final Stencil stencil;
  private final SpectralOrbits orbits;
  private final List<Tensor> tensors;
  private final int frequencies;
  private final int weights;
  private final int size;

  /** A flow of the given shape on a lattice. */
  public OdeFlow(Lattice lattice, OdeShape shape) {
    this.lattice = lattice;
    this.shape = shape;
    stencil = Stencil.box(lattice, shape.radius());
    orbits = new SpectralOrbits(lattice);
    frequencies = orbits.size();
    weights = frequencies + shape.sines();
    tensors =
        List.of(
            new Tensor(SplitFlow.SPECTRUM, List.of(orbits.size()), 0),
            new Tensor("ode.frequency", List.of(shape.sines()), frequencies),
            new Tensor(
                "ode.weight",
                List.of(shape.modes(), stencil.orbits(), shape.sines() + 1),
                weights));
    size = tensors.stream().mapToInt(Tensor::size).sum();
  }

  @Override
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public List<Tensor> tensors() {
    return tensors;
  }

  @Override
  public double[] initial(long seed) {
    Random random = new Random(seed);
    double[] theta = new double[size];
    SplitStart.spectrum(lattice, orbits, theta, 0);
    for (int f = 0; f < shape.sines(); f++) {
      theta[frequencies + f] = 0.7 + (shape.sines() == 1 ? 0 : 5.3 * f / (shape.sines() - 1));
    }
    for (int i = weights; i < size; i++) {
      theta[i] = 1e-3 * random.nextGaussian();
    }
    return theta;
  }

  @Override
  public Mapped map(ProgramBuilder b, Value z, boolean score) {
    int n = shape.steps();
    Parameter spectrum = b.parameter("prior", orbits.size());
    Parameter[] step = new Parameter[3 * n];
    for (int i = 0; i < step.length; i++) {
      step[i] = b.parameter("step " + i, 1);
    }
    Parameter[] field = new Parameter[2 * n + 1];
    int rows = stencil.orbits();
    for (int i = 0; i < field.length; i++) {
      field[i] = b.parameter("time " + i, shape.sines() + rows * (shape.sines() + 1));
    }
    Value x = Fourier.hartley(b, b.times(z, spectrum, orbits.slots()), lattice);
    @Nullable Value divergence = null;
    Parameter one = b.scalar(1);
    for (int i = 0; i < n; i++) {
      Parameter half = step[3 * i];
      Parameter sixth = step[3 * i + 1];
      Parameter whole = step[3 * i + 2];
      Value[] k1 = velocity(b, x, field[2 * i]);
      Value[] k2 = velocity(b, b.linear(one, x, half, k1[0]), field[2 * i + 1]);
      Value[] k3 = velocity(b, b.linear(one, x, half, k2[0]), field[2 * i + 1]);
      Value[] k4 = velocity(b, b.linear(one, x, whole, k3[0]), field[2 * i + 2]);
      x = b.linear(one, x, sixth, simpson(b, k1[0], k2[0], k3[0], k4[0]));
      Value d = simpson(b, k1[1], k2[1], k3[1], k4[1]);
      divergence =
          b.linear(one, divergence == null ? b.fill(0, 1, lattice.sites()) : divergence, sixth, d);
      b.checkpoint();
    }
    if (divergence == null) {
      throw new IllegalStateException("steps: " + n);
    }
    OdeMap map = new OdeMap(shape, rows, orbits.size());
    return new Mapped(x, List.of(b.total(divergence)), map, null);
  }

  /** k1 + 2 k2 + 2 k3 + k4. */
  private static Value simpson(ProgramBuilder b, Value k1, Value k2, Value k3, Value k4) {
    return b.linear(1, b.add(k1, k4), 2, b.add(k2, k3));
  }

  /** The velocity, and the divergence site by site. */
  private Value[] velocity(ProgramBuilder b, Value x, Parameter p) {
    int rows = stencil.orbits();
    int sites = lattice.sites();
    Value u = b.sines(x, shape.sines(), rows, true, p);
    int taps = stencil.taps();
    int[] table = new int[sites * taps];
    for (int s = 0; s < sites; s++) {
      for (int k = 0; k < taps; k++) {
        table[s * taps + k] = stencil.orbit(k) * sites + stencil.source(s, k);
      }
    }
    return new Value[] {b.gather(u, 1, sites, taps, table), b.channels(u, rows, rows + 1)};
  }

  @Override
  public double logScale(double[] theta) {
    double sum = 0;
    for (int o = 0; o < orbits.size(); o++) {
      sum -= orbits.count(o) * theta[o];
    }
    return sum;
  }

  @Override
  public void addLogScaleGradient(double[] gradient) {
    for (int o = 0; o < orbits.size(); o++) {
      gradient[o] -= orbits.count(o);
    }
  }

  @Override
  public boolean project(double[] theta) {
    return false; // an ODE's flow is invertible; its integrator's error is checked by step doubling
  }

  @Override
  public boolean invertible(double[] theta) {
    return Arrays.stream(theta).allMatch(Double::isFinite);
  }
}
