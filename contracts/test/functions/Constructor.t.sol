// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTraining} from "../../src/AIModelTraining.sol";
import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";

contract ConstructorTest is EscrowTest {
    function test_given_fee_above_ten_percent_it_reverts(uint16 feeBps) external {
        feeBps = uint16(bound(feeBps, 1_001, type(uint16).max));
        expectError(abi.encodeWithSelector(IAIModelTraining.FeeTooHigh.selector, feeBps, 1_000));
        new AIModelTraining(feeBps, feeReceiver);
    }

    function test_given_no_fee_receiver_it_reverts() external {
        expectError(abi.encodeWithSelector(IAIModelTraining.InvalidFeeReceiver.selector, address(0)));
        new AIModelTraining(0, address(0));
    }

    function test_it_fixes_fee_and_receiver(uint16 feeBps) external {
        feeBps = uint16(bound(feeBps, 0, 1_000));
        AIModelTraining deployed = new AIModelTraining(feeBps, feeReceiver);
        assertEq(deployed.feeBps(), feeBps, "fee");
        assertEq(deployed.feeReceiver(), feeReceiver, "receiver");
    }
}
