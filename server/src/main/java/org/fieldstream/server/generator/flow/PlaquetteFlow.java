package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * A flow of the plaquette angles t_x of two-dimensional U(1) gauge theory, which live on a torus of
 * V - 1 dimensions: their sum is a multiple of 2 pi. Steps t -> t + h_n(t) take each angle by
 * itself from where all are equally likely to where the action wants it, and a common shift at the
 * end brings the sum back:
 *
 * <pre>
 * t'_x = F(t_x) - m,    F = (1 + h_N) o ... o (1 + h_1),    h_n(t) = sum_{k=1}^K w_{n,k} sin(k t),
 * m = (1/V) sum_y (F(t_y) - t_y),    d_x = F'(t_x)
 * </pre>
 *
 * the equation dt_x/dtau = h(t_x) - mean(h) in finite steps. Its Jacobian on all V angles is
 * diag(d) minus a matrix of rank one, (1/V) (d_y - 1) in row x and column y. It leaves the sum of
 * the angles alone, so its determinant is that on the torus, and by the matrix determinant lemma
 *
 * <pre>det = prod_x d_x (1 - (1/V) sum_x (d_x - 1) / d_x) = prod_x d_x (1/V) sum_x 1 / d_x,</pre>
 *
 * exactly: there is no integrator whose error log q would carry. One to one where d is positive: F
 * rises, and with it the sum over F^-1(t'_x + m) in m, so that there is one m. Each step's slope is
 * positive for all weights, for by L. Fejer and F. Riesz every non-negative even trigonometric
 * polynomial of mean 1 is
 *
 * <pre>|1 + sum_j a_j exp(i j t)|^2 / (1 + sum_j a_j^2),</pre>
 *
 * and the slope 1 + h' is that, times 0.99, plus 0.01. The a_j, numbers or polynomials in log beta,
 * are what is trained.
 *
 * <p>F leaves pi where it is and few angles near it, so that the shift, of order 1/V, hardly ever
 * takes an angle past pi, and the charge is what it was in the {@link SectorBase}. (A shift after
 * each step would meet many angles near pi after the first ones.) Plaquettes are independent but
 * for their sum, which the shift looks after: in two dimensions a plaquette gains nothing by seeing
 * its neighbours. Invariant under all permutations of plaquettes, translations and the symmetries
 * of the square among them, under charge conjugation t -> -t, and under gauge transformations.
 */
public final class PlaquetteFlow implements Flow {
  /** The start is a little of the way from uniform angles to angles around 0. */
  private static final double FIRST = -0.1;

  /** Values up to which an optimiser takes all layers together. */
  private static final int LARGEST_BLOCK = 128;

  private final Lattice lattice;
  private final PlaquetteShape shape;
  private final double beta;
  private final Base base;
  private final PlaquetteMap map;
  private final List<Tensor> tensors;

  PlaquetteFlow(Lattice lattice, double beta, PlaquetteShape shape) {
    this.lattice = lattice;
    this.shape = shape;
    this.beta = beta;
    base = new SectorBase(lattice.sites(), beta);
    map = new PlaquetteMap(shape, beta);
    tensors =
        List.of(
            new Tensor(
                "layer.amplitude",
                List.of(shape.layers(), shape.waves(), shape.range().degree() + 1),
                0));
  }

  @Override
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public Base base() {
    return base;
  }

  @Override
  public List<Tensor> tensors() {
    return tensors;
  }

  /** Layers follow each other closely, so that all of them work together, if they are not many. */
  @Override
  public List<int[]> blocks() {
    int size = tensors.get(0).size();
    int width = size <= LARGEST_BLOCK ? size : size / shape.layers();
    return IntStream.range(0, size / width)
        .mapToObj(block -> IntStream.range(block * width, (block + 1) * width).toArray())
        .toList();
  }

  @Override
  public double[] initial(long seed) {
    Random random = new Random(seed);
    int terms = shape.range().degree() + 1;
    double[] theta = new double[tensors.get(0).size()];
    for (int i = 0; i < theta.length; i++) {
      int wave = i / terms % shape.waves();
      theta[i] = (i % terms == 0 && wave == 0 ? FIRST : 0) + 1e-3 * random.nextGaussian();
    }
    return theta;
  }

  @Override
  public Mapped map(ProgramBuilder b, Value z, boolean score) {
    int sites = lattice.sites();
    Value x = z;
    @Nullable Value slope = null;
    for (int layer = 0; layer < shape.layers(); layer++) {
      Parameter p = b.parameter("layer " + layer, map.width());
      Value both = b.sines(x, shape.waves(), 1, true, p);
      Value d = b.affine(1, b.channels(both, 1, 2), 1);
      x = b.add(x, b.channels(both, 0, 1));
      slope = slope == null ? d : b.mul(slope, d);
    }
    if (slope == null) {
      throw new IllegalStateException("layers: " + shape.layers());
    }
    Value shifted = b.sub(x, mean(b, b.sub(x, z)));
    Value inverse = mean(b, b.div(b.fill(1, 1, sites), slope));
    List<Value> jacobians = List.of(b.total(b.log(slope)), b.total(b.log(inverse)));
    return new Mapped(shifted, jacobians, map, null);
  }

  /**
   * Divided by V, not multiplied by 1/V, which a float may not hold: the shift is to be the mean.
   */
  private Value mean(ProgramBuilder b, Value a) {
    return b.div(b.siteSum(a), b.fill(lattice.sites(), 1, 1));
  }

  @Override
  public @Nullable Inverse inverse(double[] theta) {
    return new PlaquetteInverse(map.weights(theta), lattice.sites());
  }

  @Override
  public double logScale(double[] theta) {
    return 0;
  }

  @Override
  public void addLogScaleGradient(double[] gradient) {
    // The map has no step whose Jacobian depends on theta alone.
  }

  @Override
  public boolean invertible(double[] theta) {
    return Arrays.stream(theta).allMatch(Double::isFinite);
  }

  @Override
  public boolean project(double[] theta) {
    return false;
  }

  /** beta. */
  double beta() {
    return beta;
  }
}
