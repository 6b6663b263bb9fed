package org.fieldstream.kernels.machine.aparapi;

import com.aparapi.Kernel;

/**
 * A kernel whose {@code fma} rounds once, in Java as on a device. Aparapi's own rounds twice in
 * Java.
 *
 * <p>Every product that meets a sum in our kernels goes through {@code fma}, so that nothing is
 * left for an OpenCL compiler to contract: the same floats come out whether it contracts or not.
 * The method sits in a class of its own because Aparapi maps an inherited method to OpenCL's but
 * translates a declared one.
 */
abstract class FusedKernel extends Kernel {
  @Override
  @NoCL
  protected float fma(float a, float b, float c) {
    return Math.fma(a, b, c);
  }
}
