// A sample that pure_objects.sh must refuse: it calls libm and the clock, and it holds a variable.
#include <cmath>
#include <ctime>

double impure_sample(double x);

double impure_sample(double x) {
  static double sum = 0;
  sum += std::exp(x) + static_cast<double>(std::time(nullptr));
  return sum;
}
