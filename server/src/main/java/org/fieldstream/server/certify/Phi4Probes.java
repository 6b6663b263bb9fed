package org.fieldstream.server.certify;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.theory.Phi4;

/**
 * Tests of a scalar field, F_x = dS/dphi_x being its force. Identities follow from integrating
 * d/dphi_x (f_x exp(-S)): F. J. Dyson, Phys. Rev. 75 (1949) 1736; J. Schwinger, PNAS 37 (1951) 452.
 * All are averages over the V sites x, m = (1/V) sum_x phi_x:
 *
 * <pre>
 * sd_field      phi_x F_x = 1
 * sd_cube       phi_x^3 F_x = 3 phi_x^2
 * sd_neighbour  phi_{x+mu} F_x = 0
 * sd_force      F_x^2 = dF_x/dphi_x
 * sd_m          m sum_x F_x = 1
 * sd_m_abs      |m| m sum_x F_x = 2 |m|
 * sd_m3         m^3 sum_x F_x = 3 m^2
 * sd_k          phi~(k)* F~(k) = V at the smallest momentum of each axis
 * z2            m, sign(m) have mean 0
 * translations  (phi^2)~(k) has mean 0: at the smallest momenta, and where sites are coloured 2^D
 * axes          neighbour products and (phi~)^2 are alike along axes of equal extents, and along the
 *               diagonals of a plane
 * </pre>
 */
final class Phi4Probes implements Probes {
  private static final double ROUNDING = 1e-12;
  private static final List<String> OBSERVABLES =
      List.of("phi2", "phi4", "abs_m", "m2", "m4", "f_min", "action_per_site");

  private final Phi4 phi4;
  private final LocalOperators operators;
  private final int[] positions;
  private final double[] all;
  private final Lattice lattice;
  private final List<Probe> probes = new ArrayList<>();
  private final int dimensions;
  private final int sites;
  private final int[][] forward;
  private final int[][] backward;
  private final double[][] cos;
  private final double[][] sin;

  /** {@code [colouring][x]}, +1 or -1. */
  private final List<double[]> colours = new ArrayList<>();

  private final List<int[]> equalAxes = new ArrayList<>();
  private final double[] force;
  private int numbers;

  Phi4Probes(Phi4 phi4) {
    this.phi4 = phi4;
    lattice = phi4.lattice();
    dimensions = lattice.dimensions();
    sites = lattice.sites();
    operators = new LocalOperators(lattice);
    positions = OBSERVABLES.stream().mapToInt(phi4.observables()::indexOf).toArray();
    all = new double[phi4.observables().size()];
    force = new double[sites];
    forward = new int[dimensions][sites];
    backward = new int[dimensions][sites];
    cos = new double[dimensions][sites];
    sin = new double[dimensions][sites];
    for (int axis = 0; axis < dimensions; axis++) {
      int[] one = new int[dimensions];
      one[axis] = 1;
      for (int x = 0; x < sites; x++) {
        forward[axis][x] = lattice.shifted(x, one);
        backward[axis][forward[axis][x]] = x;
        double angle = 2 * Math.PI * lattice.coordinate(x, axis) / lattice.extent(axis);
        cos[axis][x] = Math.cos(angle);
        // The sine of a multiple of pi is 0, not what rounding leaves of it.
        sin[axis][x] = Math.abs(Math.sin(angle)) < ROUNDING ? 0 : Math.sin(angle);
      }
    }
    colours();
    pairs();
    Kind sd = Kind.SCHWINGER_DYSON;
    add("sd_field", "<phi_x F_x> = 1", sd, 1);
    add("sd_cube", "<phi_x^3 F_x> = 3 <phi_x^2>", sd, 1);
    add("sd_neighbour", "<phi_{x+mu} F_x> = 0", sd, 1);
    add("sd_force", "<F_x^2> = <dF_x/dphi_x>", sd, 1);
    add("sd_m", "<m sum_x F_x> = 1", sd, 1);
    add("sd_m_abs", "<|m| m sum_x F_x> = 2 <|m|>", sd, 1);
    add("sd_m3", "<m^3 sum_x F_x> = 3 <m^2>", sd, 1);
    add("sd_k", "<phi~(k)* F~(k)> = V", sd, 1);
    add("z2_m", "<m> = 0", Kind.SECTOR, 1);
    add("z2_sign", "<sign m> = 0", Kind.SECTOR, 1);
    add("translations", "<(phi^2)~(k)> = 0, smallest k", Kind.SYMMETRY, 2 * dimensions);
    if (!colours.isEmpty()) {
      String statement = "<(phi^2)~(k)> = 0, k of 0 and pi";
      add("colours", statement, Kind.SYMMETRY, colours.size());
    }
    if (!equalAxes.isEmpty()) {
      add("axes", "<axis> = <other axis>", Kind.SYMMETRY, 3 * equalAxes.size());
    }
  }

  private void add(String name, String statement, Kind kind, int count) {
    probes.add(new Probe(name, statement, kind, numbers, count));
    numbers += count;
  }

  /** Momenta of components 0 and pi, but not all 0; pi only where the extent is even. */
  private void colours() {
    for (int mask = 1; mask < 1 << dimensions; mask++) {
      boolean even = true;
      for (int axis = 0; axis < dimensions; axis++) {
        even &= (mask >> axis & 1) == 0 || lattice.extent(axis) % 2 == 0;
      }
      if (even) {
        double[] colour = new double[sites];
        for (int x = 0; x < sites; x++) {
          int sum = 0;
          for (int axis = 0; axis < dimensions; axis++) {
            sum += (mask >> axis & 1) * lattice.coordinate(x, axis);
          }
          colour[x] = sum % 2 == 0 ? 1 : -1;
        }
        colours.add(colour);
      }
    }
  }

  private void pairs() {
    for (int axis = 1; axis < dimensions; axis++) {
      if (lattice.extent(axis) == lattice.extent(axis - 1)) {
        equalAxes.add(new int[] {axis - 1, axis});
      }
    }
  }

  @Override
  public List<Probe> probes() {
    return probes;
  }

  @Override
  public int numbers() {
    return numbers;
  }

  @Override
  public List<String> observables() {
    return OBSERVABLES;
  }

  @Override
  public List<String> operators() {
    return operators.names();
  }

  @Override
  public void observe(float[] fields, int offset, double action, double[] into) {
    phi4.observe(fields, offset, action, all);
    for (int o = 0; o < positions.length; o++) {
      into[o] = all[positions[o]];
    }
    operators.measure(fields, offset, into, positions.length);
  }

  @Override
  public void measure(float[] fields, int offset, double[] into) {
    double m = 0;
    double square = 0;
    double forceSum = 0;
    double field = 0;
    double cube = 0;
    double neighbour = 0;
    double curvature = 0;
    for (int x = 0; x < sites; x++) {
      double phi = fields[offset + x];
      double around = 0;
      for (int axis = 0; axis < dimensions; axis++) {
        around += fields[offset + forward[axis][x]] + (double) fields[offset + backward[axis][x]];
      }
      double f = phi4.force(phi, around);
      force[x] = f;
      m += phi;
      square += phi * phi;
      forceSum += f;
      field += phi * f;
      cube += phi * phi * phi * f;
      neighbour += around * f;
      curvature += f * f - phi4.curvature(phi);
    }
    m /= sites;
    square /= sites;
    into[0] = field / sites - 1;
    into[1] = cube / sites - 3 * square;
    into[2] = neighbour / sites / (2 * dimensions);
    into[3] = curvature / sites;
    into[4] = m * forceSum - 1;
    into[5] = Math.abs(m) * (m * forceSum - 2);
    into[6] = m * m * (m * forceSum - 3);
    into[7] = smallestMomenta(fields, offset) - 1;
    into[8] = m;
    into[9] = Math.signum(m);
    int at = 10;
    for (int axis = 0; axis < dimensions; axis++) {
      into[at++] = modulated(fields, offset, cos[axis]);
      into[at++] = modulated(fields, offset, sin[axis]);
    }
    for (double[] colour : colours) {
      into[at++] = modulated(fields, offset, colour);
    }
    for (int[] pair : equalAxes) {
      axes(fields, offset, pair[0], pair[1], into, at);
      at += 3;
    }
  }

  /** (1/V) phi~(k)* F~(k), averaged over the smallest momenta of all axes. */
  private double smallestMomenta(float[] fields, int offset) {
    double sum = 0;
    for (int axis = 0; axis < dimensions; axis++) {
      double phiCos = 0;
      double phiSin = 0;
      double forceCos = 0;
      double forceSin = 0;
      for (int x = 0; x < sites; x++) {
        double phi = fields[offset + x];
        phiCos += phi * cos[axis][x];
        phiSin += phi * sin[axis][x];
        forceCos += force[x] * cos[axis][x];
        forceSin += force[x] * sin[axis][x];
      }
      sum += phiCos * forceCos + phiSin * forceSin;
    }
    return sum / sites / dimensions;
  }

  private double modulated(float[] fields, int offset, double[] wave) {
    double sum = 0;
    for (int x = 0; x < sites; x++) {
      double phi = fields[offset + x];
      sum += phi * phi * wave[x];
    }
    return sum / sites;
  }

  private void axes(float[] fields, int offset, int a, int b, double[] into, int at) {
    double products = 0;
    double diagonals = 0;
    double cosA = 0;
    double sinA = 0;
    double cosB = 0;
    double sinB = 0;
    for (int x = 0; x < sites; x++) {
      double phi = fields[offset + x];
      products += phi * (fields[offset + forward[a][x]] - (double) fields[offset + forward[b][x]]);
      int ahead = forward[a][x];
      diagonals +=
          phi * (fields[offset + forward[b][ahead]] - (double) fields[offset + backward[b][ahead]]);
      cosA += phi * cos[a][x];
      sinA += phi * sin[a][x];
      cosB += phi * cos[b][x];
      sinB += phi * sin[b][x];
    }
    into[at] = products / sites;
    into[at + 1] = diagonals / sites;
    into[at + 2] = (cosA * cosA + sinA * sinA - cosB * cosB - sinB * sinB) / sites;
  }
}
