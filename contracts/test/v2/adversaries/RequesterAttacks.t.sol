// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

/// @notice A requester with as many wallets as it likes: contributor, aggregator and referee of its own job.
contract RequesterAttacksV2Test is EscrowTestV2 {
    address private immutable second = address(0x5EC0);

    function setUp() public override {
        super.setUp();
        vm.deal(second, 10 ether);
    }

    /// On the first version it collected the bonds of three victims here, and paid no fee.
    function test_a_second_wallet_in_a_job_of_a_minute_collects_no_bond() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        (terms_.minContributors, terms_.maxContributors) = (2, 2);
        (terms_.trainingPeriod, terms_.aggregator) = (1 minutes, second);
        uint256 before = requester.balance + second.balance;
        uint256 jobId = createJob(terms_);
        deliver(jobId, second);
        address[3] memory victims = [alice, bob, carol];
        for (uint256 i = 0; i < victims.length; ++i) {
            accept(jobId, victims[i]);
            vm.warp(block.timestamp + 1 minutes);
            escrow.releaseSlot(jobId, victims[i]);
        }
        vm.warp(START + 1 days);
        vm.prank(second);
        escrow.expireJob(jobId, list(second));

        assertEq(requester.balance + second.balance, before, "both wallets have what they had");
        assertEq(feeReceiver.balance, 0, "no detour by the fee receiver");
        assertEq(BURNT.balance, 3 * (((STAKE - FEE) / 2) / 10), "the bonds are burned");
    }

    /// Judge and judge of appeals are its own: it can refuse to pay, as it could name its price, but gains no bond.
    function test_a_requester_that_judges_by_itself_gains_no_bond() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        (terms_.aggregator, terms_.referee) = (requester, second);
        uint256 before = requester.balance + second.balance;
        uint256 jobId = createJob(terms_);
        address[3] memory victims = [alice, bob, carol];
        uint256 lostBefore = alice.balance;
        for (uint256 i = 0; i < victims.length; ++i) {
            deliver(jobId, victims[i]);
            vm.prank(requester);
            escrow.rejectAdapter(jobId, victims[i], REASON, true);
            appeal(jobId, victims[i]);
            vm.prank(second);
            escrow.ruleAppeal(jobId, victims[i], false, REASON);
        }
        vm.prank(requester);
        escrow.cancelJob(jobId);
        assertEq(requester.balance + second.balance, before, "not a wei more");
        assertEq(BURNT.balance, 3 * BOND, "the bonds are burned");
        assertEq(lostBefore - alice.balance, BOND, "what a victim can lose: a tenth of a share");
    }

    /// Contested work is neither merged nor refunded: whoever is right is paid by what stays behind.
    function test_completing_before_an_appeal_is_decided_takes_nobodys_share() external {
        uint256 jobId = createContestedJob(true);
        deliver(jobId, carol);
        appeal(jobId, alice);
        uint256[2] memory before = [alice.balance, requester.balance];
        complete(jobId, list(alice, bob, carol));
        vm.warp(START + 3 days - 1);
        rule(jobId, alice, true);
        assertEq(alice.balance, before[0] + SHARE + BOND, "paid in full");
        assertEq(requester.balance, before[1] + STAKE - FEE - 3 * SHARE, "the remainder and no more");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }
}
