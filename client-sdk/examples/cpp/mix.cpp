// HMC for phi^4 in two dimensions, alone and mixed with independent proposals of a trained flow.
//
//   ./mix 127.0.0.1:7420 phi4-continuous-16x16 16 -4 4.98 40000 4
//
// S = sum_x [(4 + m2) phi^2 - 2 sum_mu phi_x phi_{x+mu} + lambda phi^4], periodic. A mixed step is n
// trajectories, then one accept-reject step on a proposal x' ~ q:
//
//   accept with min(1, exp(Delta)),  Delta = [log q(x) - log q(x')] - [S(x') - S(x)].
//
// HMC keeps exp(-S), so does the accept-reject step, hence so do both in turns. log q(x) must be the
// flow's density at the state as HMC left it: the client sends x, the server inverts the flow there.
#include <grpcpp/grpcpp.h>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>
#include "fieldstream/v1/sampler.grpc.pb.h"
namespace fs = fieldstream::v1;
using Field = std::vector<double>;
int L; double m2, lambda;
std::mt19937_64 random_bits(20260101);
double uniform() { return (random_bits() >> 11) * 0x1p-53; }

double action(const Field& phi) {
  double s = 0;
  for (int i = 0; i < L * L; i++) {
    int x = i % L, row = i - x;
    double a = phi[i], forward = phi[row + (x + 1) % L] + phi[(i + L) % (L * L)];
    s += (4 + m2 + lambda * a * a) * a * a - 2 * a * forward;
  }
  return s;
}

// p -= e dS/dphi
void kick(const Field& phi, Field& p, double e) {
  for (int i = 0; i < L * L; i++) {
    int x = i % L, row = i - x;
    double a = phi[i], near = phi[row + (x + 1) % L] + phi[row + (x + L - 1) % L] +
                              phi[(i + L) % (L * L)] + phi[(i + L * L - L) % (L * L)];
    p[i] -= e * (a * (2 * (4 + m2) + 4 * lambda * a * a) - 2 * near);
  }
}

// One trajectory of length 1 by leapfrog, accepted or rejected; returns S of the state it leaves.
double trajectory(Field& phi, double s) {
  static std::normal_distribution<double> normal;
  const int steps = 5 + L / 3;
  Field next = phi, p(phi.size());
  double before = s, after = 0;
  for (double& momentum : p) momentum = normal(random_bits), before += momentum * momentum / 2;
  kick(next, p, 0.5 / steps);
  for (int k = 1; k <= steps; k++) {
    for (size_t i = 0; i < p.size(); i++) next[i] += p[i] / steps;
    kick(next, p, (k == steps ? 0.5 : 1.0) / steps);
  }
  double changed = action(next);
  for (double momentum : p) after += momentum * momentum / 2;
  if (std::log(1 - uniform()) >= before - changed - after) return s;
  phi = next;
  return changed;
}

uint32_t crc32c(const std::string& bytes) {  // RFC 3720, B.4
  uint32_t c = ~0u;
  for (unsigned char b : bytes)
    for (int k = (c ^= b, 0); k < 8; k++) c = c & 1 ? c >> 1 ^ 0x82f63b78 : c >> 1;
  return ~c;
}

// tau_int = 1/2 + sum_t rho(t) with Wolff's window (hep-lat/0306017), the mean and its error.
struct Mean { double mean, error, tau, tau_error; };
Mean gamma_method(const std::vector<double>& a) {
  double mean = 0, g0 = 0, tau = 0.5;
  const double n = a.size();
  for (double v : a) mean += v / n;
  for (double v : a) g0 += (v - mean) * (v - mean) / n;
  size_t w = 1;
  for (; w < a.size() / 4; w++) {
    double g = 0;
    for (size_t i = 0; i + w < a.size(); i++) g += (a[i] - mean) * (a[i + w] - mean);
    tau += g / (n - w) / g0;
    double t = tau <= 0.5 ? 1e-9 : 1.5 / std::log((2 * tau + 1) / (2 * tau - 1));
    if (std::exp(-(w / t)) - t / std::sqrt(w * n) < 0) break;
  }
  tau *= 1 + (2 * w + 1) / n;
  return {mean, std::sqrt(2 * tau * g0 / n), tau, tau * 2 * std::sqrt((w + 0.5 - tau) / n)};
}

// Runs a chain, measures after every trajectory, prints; returns tau_int(m) in trajectories.
template <class Step>
double run(const char* name, int count, Step mixed) {
  Field phi(L * L);
  for (double& v : phi) v = uniform() - 0.5;
  double s = action(phi);
  std::vector<double> series[5];
  const char* names[5] = {"m", "abs_m", "phi2", "chi", "action_per_site"};
  auto begin = std::chrono::steady_clock::now();
  for (int i = -count / 20; i < count; i++) {
    s = trajectory(phi, s);
    mixed(phi, s, i);
    if (i < 0) continue;  // thermalising
    double m = 0, square = 0;
    for (double v : phi) m += v / (L * L), square += v * v / (L * L);
    double values[5] = {m, std::fabs(m), square, L * L * m * m, s / (L * L)};
    for (int o = 0; o < 5; o++) series[o].push_back(values[o]);
  }
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("%s: %d trajectories in %.1f s\n", name, count, seconds.count());
  for (int o = 0; o < 5; o++) {
    Mean r = gamma_method(series[o]);
    std::printf("  %-16s %.6f +- %.6f  tau_int %.2f +- %.2f\n", names[o], r.mean, r.error, r.tau, r.tau_error);
  }
  return gamma_method(series[0]).tau;
}

int main(int argc, char** argv) {
  if (argc != 8) return std::puts("usage: mix HOST:PORT MODEL L M2 LAMBDA TRAJECTORIES N"), 2;
  L = std::stoi(argv[3]), m2 = std::stod(argv[4]), lambda = std::stod(argv[5]);
  const int count = std::stoi(argv[6]), n = std::stoi(argv[7]);
  grpc::ClientContext context;
  auto stub = fs::SamplerService::NewStub(grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials()));
  auto flow = stub->Propose(&context);
  fs::ProposeRequest request;
  request.mutable_session()->set_model(argv[2]);
  request.mutable_session()->set_seed(1);
  request.mutable_session()->set_dtype(fs::DTYPE_FLOAT64);
  request.mutable_session()->set_judge(fs::JUDGE_SERVER);  // it has S and log q of both states
  flow->Write(request);
  fs::ProposeResponse answer;
  auto propose = [&](Field& phi, double& s, int i) {
    if (i % n != 0) return;
    auto* current = request.mutable_ask()->mutable_current();
    current->set_fields(phi.data(), phi.size() * sizeof(double));  // a little-endian machine's
    current->set_crc32c(crc32c(current->fields()));
    current->set_action(s);  // compared with the server's: the same convention?
    if (!flow->Write(request) || !flow->Read(&answer))
      std::fprintf(stderr, "%s\n", flow->Finish().error_message().c_str()), std::exit(1);
    if (!answer.accepted(0)) return;
    std::memcpy(phi.data(), answer.fields().data(), phi.size() * sizeof(double));
    s = action(phi);
  };
  double alone = run("HMC alone", count, [](Field&, double&, int) {});
  double mixed = run("HMC and flow", count, propose);
  std::printf("acceptance of proposals %.3f; tau_int(m) %.1f times smaller than alone\n",
              double(answer.accepted_total()) / answer.judged_total(), alone / mixed);
}
